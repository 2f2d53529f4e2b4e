using System.Net;
using FsCheck.Fluent;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Retry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// Calls at once through the whole chain, some of them cancelled or disposed of, while edits switch every mode of the circuit.
/// </summary>
public sealed class PermitProperty
{
    private const int Calls = 40;

    [Fact]
    public void Every_permit_comes_back_once_whatever_ends_the_call() =>
        RandomCases.Check(Gen.Choose(0, int.MaxValue), static seed => Keep(seed), times: 60);

    private static void Keep(int seed)
    {
        var (clock, random) = (new VirtualTimeProvider(), new Random(seed));
        using var server = new ScriptedServer(
            script => script.Then((request, token) => AnswerAsync(request, random, clock, token)).Always(), clock);
        using var client = new ChainClient(server, options => Edit(options, random), clock, chance: random.NextDouble);

        clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => CallAsync(client, clock, random))))
            .GetAwaiter()
            .GetResult();

        foreach (var scope in Enum.GetValues<HttpCircuitBreakerScope>())
        {
            Use(client, options => options.CircuitBreaker.Scope = scope);
            Assert.All(ServiceCircuits.GetOrCreate(client.Service).Current(), static circuit => Assert.Equal(0, circuit.InFlight));
        }

        var budget = client.Service.Options.Retry.Budget;
        Assert.InRange(RetryBudget.GetOrCreate(client.Service).Available(budget), 0, budget.Capacity);
    }

    private static async Task CallAsync(ChainClient client, VirtualTimeProvider clock, Random random)
    {
        await Task.Delay(Milliseconds(random, 20_000), clock, CancellationToken.None);
        if (random.Next(5) == 0)
        {
            Use(client, options => Edit(options, random));
        }

        using var caller = new CancellationTokenSource();
        var request = new HttpRequestMessage(
            random.Next(3) == 0 ? HttpMethod.Post : HttpMethod.Put, random.Next(2) == 0 ? "charges" : "https://other.internal/")
        {
            Content = random.Next(3) == 0 ? null : new StreamContent(new MemoryStream(new byte[100])),
        };
        await using var cancels = After(random.Next(4) == 0, caller.Cancel);
        await using var disposes = After(random.Next(8) == 0, request.Dispose);
        try
        {
            using var response = await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, caller.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or RequestTimedOutException
            or ObjectDisposedException or FormatException or InvalidOperationException { Message: "thrown at once" })
        {
        }

        ITimer After(bool happens, Action happening) => clock.CreateTimer(
            _ => happening(), null, happens ? Milliseconds(random, 8_000) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private static async Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, Random random, VirtualTimeProvider clock, CancellationToken cancellationToken)
    {
        var kind = random.Next(12);
        if (kind > 8)
        {
            await Task.Delay(kind == 9 ? TimeSpan.FromSeconds(30) : Milliseconds(random, 6_000), clock, cancellationToken);
        }

        return kind switch
        {
            0 => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"),
            1 => throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut"),
            2 => throw new FormatException("odd"),
            3 => throw new TaskCanceledException("x", null, new CancellationToken(canceled: true)),
            4 or 5 => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request },
            6 => new HttpResponseMessage(HttpStatusCode.TooManyRequests) { RequestMessage = request },
            _ => new HttpResponseMessage { RequestMessage = request },
        };
    }

    private static void Edit(ResilientHttpClientOptions options, Random random)
    {
        options.Enabled = random.Next(6) > 0;
        options.TotalTimeout = TimeSpan.FromSeconds(8);
        options.AttemptTimeout = TimeSpan.FromSeconds(2);
        options.Retry.Enabled = random.Next(5) > 0;
        options.Retry.Budget.Capacity = 1 + random.Next(20);
        var circuit = options.CircuitBreaker;
        circuit.Enabled = random.Next(5) > 0;
        circuit.Mode = random.Next(3) == 0 ? HttpCircuitBreakerMode.Observe : HttpCircuitBreakerMode.Enforce;
        circuit.Scope = random.Next(3) == 0 ? HttpCircuitBreakerScope.Service : HttpCircuitBreakerScope.Authority;
        circuit.Rejection = random.Next(2) == 0 ? HttpRejection.Respond : HttpRejection.Throw;
        circuit.FailureThreshold = 1 + random.Next(4);
        circuit.HalfOpenMaxCalls = 1 + random.Next(4);
        circuit.RecoveryTimeout = TimeSpan.FromSeconds(1);
    }

    private static void Use(ChainClient client, Action<ResilientHttpClientOptions> edit)
    {
        var options = client.Service.Options.Copy();
        (options.Enabled, options.CircuitBreaker.Enabled) = (true, true);
        edit(options);
        client.Service.Use(options);
    }

    private static TimeSpan Milliseconds(Random random, int most) => TimeSpan.FromMilliseconds(random.Next(most));
}
