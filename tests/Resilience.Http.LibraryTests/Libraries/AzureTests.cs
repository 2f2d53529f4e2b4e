using Azure.Core;
using Azure.Core.Pipeline;
using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests.Libraries;

public sealed class AzureTests : SynchronousLibraryContract
{
    private protected override int SendsAtDefaults => 5;

    private protected override int MostSendsAtDefaults => 8;

    private protected override string Refused => "RequestFailedException > CircuitOpenException";

    private protected override string RefusedWithResponse => "RequestFailedException";

    private protected override string TimedOut => "RequestTimedOutException";

    private protected override async Task CallAsync(Bench bench, bool ownRetries)
    {
        var pipeline = Pipeline(bench, ownRetries);
        using var message = Put(pipeline, bench);
        await pipeline.SendAsync(message, TestContext.Current.CancellationToken);
        Check(message);
    }

    private protected override void Call(Bench bench)
    {
        var pipeline = Pipeline(bench, ownRetries: false);
        using var message = Put(pipeline, bench);
        pipeline.Send(message, TestContext.Current.CancellationToken);
        Check(message);
    }

    private static HttpPipeline Pipeline(Bench bench, bool ownRetries)
    {
        var options = new OrdersOptions { Transport = new HttpClientTransport(bench.Client) };
        if (!ownRetries)
        {
            options.Retry.MaxRetries = 0;
        }

        return HttpPipelineBuilder.Build(options);
    }

    private static HttpMessage Put(HttpPipeline pipeline, Bench bench)
    {
        var message = pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Put;
        message.Request.Uri.Reset(new Uri(bench.Server.Address, "orders/1"));
        message.Request.Content = RequestContent.Create(Body);
        return message;
    }

    private static void Check(HttpMessage message)
    {
        if (message.Response.IsError)
        {
            throw new Azure.RequestFailedException(message.Response);
        }
    }

    private sealed class OrdersOptions : ClientOptions;
}
