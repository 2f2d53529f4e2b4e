using System.Net;
using Resilience.Http.Fallback;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fallback;

/// <summary>A caller who cancels gets the original outcome.</summary>
public sealed class FallbackCancellationTests
{
    private readonly FallbackFixture _fixture = new();

    [Fact]
    public async Task The_callers_cancellation_is_not_answered()
    {
        using var caller = new CancellationTokenSource(TimeSpan.FromSeconds(1), _fixture.Clock);
        using var client = _fixture.Client(script => script.Hang().Always(), _fixture.Answer(HttpStatusCode.OK));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _fixture.Clock.RunAsync(() => client.Http.GetAsync("", caller.Token)));

        Assert.Null(_fixture.Seen);
    }

    [Fact]
    public async Task A_caller_who_cancels_during_a_fallback_gets_the_original_outcome()
    {
        using var caller = new CancellationTokenSource();
        using var client = _fixture.Client(
            script => script.Always(503),
            (_, _) =>
            {
                caller.Cancel();
                return default;
            },
            options =>
            {
                options.Retry.Enabled = false;
                options.Fallback.StatusCode = HttpStatusCode.OK;
            });

        using var response = await _fixture.Clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, caller.Token));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.False(response.Headers.Contains("Resilience-Fallback"));
    }

    [Fact]
    public async Task A_caller_who_cancels_during_the_classification_gets_the_original_outcome()
    {
        using var caller = new CancellationTokenSource();
        var options = new ResilientHttpClientOptions
        {
            ClassifyOutcome = _ =>
            {
                caller.Cancel();
                return AttemptVerdict.Transient;
            },
        };
        options.Fallback.Add(static (_, _) => default);

        // Alone, so that nobody has judged before it.
        var service = new ServiceState("payments", new ResilienceRuntime(_fixture.Clock, null, null, null), options);
        using var handler = new FallbackHandler(service)
        {
            InnerHandler = new ScriptedServer(script => script.Refuse(), _fixture.Clock),
        };
        using var invoker = new HttpMessageInvoker(handler);

        await Assert.ThrowsAsync<HttpRequestException>(
            () => invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/"), caller.Token));
    }
}
