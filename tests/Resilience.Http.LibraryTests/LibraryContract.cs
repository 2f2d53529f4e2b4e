using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests;

/// <summary>
/// What holds for every client library on a resilient client. Each library says how it is called, and what its caller sees.
/// </summary>
public abstract class LibraryContract
{
    /// <summary>What the server answers when all is well.</summary>
    private protected virtual string Answer => """{"id":"1"}""";

    /// <summary>The sends of one call at a server that answers 503, with the library and the chain at their defaults.</summary>
    private protected abstract int SendsAtDefaults { get; }

    /// <summary>More than that if the library waits for longer than a break of the circuit, so that its next retry is a trial.</summary>
    private protected virtual int MostSendsAtDefaults => SendsAtDefaults;

    /// <summary>What the caller catches when the circuit is open and <c>Rejection</c> is <c>Throw</c>.</summary>
    private protected abstract string Refused { get; }

    /// <summary>The same with <c>Respond</c>.</summary>
    private protected abstract string RefusedWithResponse { get; }

    /// <summary>What the caller catches at a timeout of the chain.</summary>
    private protected abstract string TimedOut { get; }

    /// <summary>One call with a body that may be repeated.</summary>
    private protected abstract Task CallAsync(Bench bench, bool ownRetries);

    private protected virtual IHttpClientBuilder Register(IServiceCollection services, Uri address) => Bench.Plain(services, address);

    [Fact]
    public async Task Every_attempt_sends_the_same_bytes()
    {
        await using var bench = await StartAsync(Answers.FailingFirst(2, Answer), RepeatsAtOnce);

        await CallAsync(bench, ownRetries: false);

        Assert.Equal(3, bench.Server.Arrivals.Count);
        Assert.NotEmpty(bench.Server.Arrivals[0].Body);
        Assert.All(bench.Server.Arrivals, arrival => Assert.Equal(bench.Server.Arrivals[0].Body, arrival.Body));
    }

    [Fact]
    public async Task Both_layers_at_their_defaults_send_as_often_as_the_docs_say()
    {
        await using var bench = await StartAsync(Answers.Always(503), configure: null);

        await Record.ExceptionAsync(() => CallAsync(bench, ownRetries: true));

        Assert.InRange(bench.Server.Arrivals.Count, SendsAtDefaults, MostSendsAtDefaults);
    }

    [Fact]
    public async Task A_refusal_reaches_the_caller()
    {
        await using var bench = await StartAsync(Answers.Json(Answer), configure: null);
        bench.Isolate();

        var caught = await Record.ExceptionAsync(() => CallAsync(bench, ownRetries: false));

        Assert.Equal(Refused, Caught.Types(caught!));
        Assert.Contains("payments", caught!.ToString(), StringComparison.Ordinal);
        Assert.Contains("has been isolated since", caught.ToString(), StringComparison.Ordinal);
        Assert.Empty(bench.Server.Arrivals);
    }

    [Fact]
    public async Task A_refusal_as_a_response_reaches_the_caller()
    {
        await using var bench = await StartAsync(
            Answers.Json(Answer), options => options.CircuitBreaker.Rejection = HttpRejection.Respond);
        bench.Isolate();

        var caught = await Record.ExceptionAsync(() => CallAsync(bench, ownRetries: false));

        Assert.Equal(RefusedWithResponse, Caught.Types(caught!));
        Assert.Empty(bench.Server.Arrivals);
    }

    [Fact]
    public async Task A_timeout_reaches_the_caller()
    {
        await using var bench = await StartAsync(Answers.Silence(), options =>
        {
            options.AttemptTimeout = TimeSpan.FromSeconds(1);
            options.Retry.Enabled = false;
        });

        var caught = await Record.ExceptionAsync(() => CallAsync(bench, ownRetries: false));

        Assert.Equal(TimedOut, Caught.Types(caught!));
        Assert.Contains("within the AttemptTimeout of 1 s", caught!.ToString(), StringComparison.Ordinal);
        Assert.Single(bench.Server.Arrivals);
    }

    [Fact]
    public void The_docs_say_what_these_tests_see()
    {
        var library = GetType().Name.Replace("Tests", "", StringComparison.Ordinal);

        var row = Assert.Single(
            File.ReadLines(Checkout.PathOf("docs/libraries.md")), line => line.StartsWith($"| {library} | `", StringComparison.Ordinal));

        var sends = MostSendsAtDefaults > SendsAtDefaults ? $"{SendsAtDefaults} to {MostSendsAtDefaults}" : $"{SendsAtDefaults}";
        Assert.Equal($"| {library} | `{Refused}` | `{RefusedWithResponse}` | `{TimedOut}` | {sends} |", row);
    }

    private protected Task<Bench> StartAsync(
        Func<int, Microsoft.AspNetCore.Http.HttpContext, Task> answer, Action<ResilientHttpClientOptions>? configure) =>
        Bench.StartAsync(answer, Register, configure);

    private protected static void RepeatsAtOnce(ResilientHttpClientOptions options)
    {
        options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1);
        options.Retry.RetryUnsafeMethods = true;
    }

    private protected static byte[] Body { get; } = Encoding.UTF8.GetBytes("""{"sku":"tea","note":"ünïcödé"}""");
}
