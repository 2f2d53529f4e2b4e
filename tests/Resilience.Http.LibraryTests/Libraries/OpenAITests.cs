using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests.Libraries;

public sealed class OpenAITests : SynchronousLibraryContract
{
    private protected override string Answer =>
        """{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}""";

    private protected override int SendsAtDefaults => 4;

    private protected override string Refused => "ClientResultException > CircuitOpenException";

    private protected override string RefusedWithResponse => "ClientResultException";

    private protected override string TimedOut => "RequestTimedOutException";

    private protected override Task CallAsync(Bench bench, bool ownRetries) => Chat(bench, ownRetries).CompleteChatAsync("hello");

    private protected override void Call(Bench bench)
    {
        Chat(bench, ownRetries: false).CompleteChat("hello");
    }

    private static ChatClient Chat(Bench bench, bool ownRetries)
    {
        var options = new OpenAIClientOptions
        {
            Endpoint = bench.Server.Address,
            Transport = new HttpClientPipelineTransport(bench.Client)
        };
        if (!ownRetries)
        {
            options.RetryPolicy = new ClientRetryPolicy(maxRetries: 0);
        }

        return new OpenAIClient(new ApiKeyCredential("key"), options).GetChatClient("m");
    }
}
