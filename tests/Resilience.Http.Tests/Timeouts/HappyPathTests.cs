using Resilience.Http.Pipeline;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>What the limits cost where nothing goes wrong.</summary>
public sealed class HappyPathTests : IDisposable
{
    private readonly TimeoutWorld _world = new();

    [Fact]
    public async Task A_call_arms_one_timer_and_the_next_ones_none()
    {
        for (var i = 0; i < 100; i++)
        {
            await _world.SendAsync(_world.Server(s => s.Then(200)));
        }

        Assert.Equal(1, _world.Clock.TimersCreated);
        Assert.Single(_world.Clock.PendingTimers);
    }

    [Fact]
    public async Task The_task_of_an_immediate_answer_is_returned_unchanged()
    {
        var answer = Task.FromResult(new HttpResponseMessage());
        using var invoker = new HttpMessageInvoker(new TotalTimeoutHandler(_world.Service)
        {
            InnerHandler = new OneAttempt(_world.Service)
            {
                InnerHandler = new AttemptTimeoutHandler(_world.Service) { InnerHandler = new FakeServer((_, _) => answer) },
            },
        });

        var task = invoker.SendAsync(TimeoutWorld.Get(), CancellationToken.None);

        Assert.Same(answer, task);
        await task;
    }

    [Fact]
    public async Task The_lease_of_an_immediate_answer_is_returned_before_the_caller_continues()
    {
        var tokens = new HashSet<CancellationToken>();
        var server = new FakeServer((_, token) =>
        {
            tokens.Add(token);
            return Task.FromResult(new HttpResponseMessage());
        });

        await _world.SendAsync(server);
        await _world.SendAsync(server);

        Assert.Single(tokens);
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("faulted")]
    [InlineData("cancelled")]
    [InlineData("asynchronously faulted")]
    public async Task A_failure_gives_the_lease_back_and_is_passed_on_unchanged(string way)
    {
        var failure = new HttpRequestException("refused");
        var canceled = new TaskCanceledException("by some handler");
        var tokens = new HashSet<CancellationToken>();
        var server = new FakeServer((_, token) =>
        {
            tokens.Add(token);
            return way switch
            {
                "throws" => throw failure,
                "faulted" => Task.FromException<HttpResponseMessage>(failure),
                "cancelled" => CanceledAsync(),
                _ => FaultedAsync(),
            };
        });

        for (var i = 0; i < 3; i++)
        {
            var thrown = await Assert.ThrowsAnyAsync<Exception>(() => _world.SendAsync(server));
            Assert.Same(way == "cancelled" ? canceled : failure, thrown);
        }

        Assert.Single(tokens);

        async Task<HttpResponseMessage> FaultedAsync()
        {
            await Task.Yield();
            throw failure;
        }

#pragma warning disable CS1998 // Ends in a task of state Canceled, as every async method does that throws a cancellation.
        async Task<HttpResponseMessage> CanceledAsync() => throw canceled;
#pragma warning restore CS1998
    }

    public void Dispose() => _world.Dispose();

    private sealed class OneAttempt(ServiceState service) : ResilienceHandler(service)
    {
        internal override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
        {
            context.BeginAttempt(request);
            return EndNext(NextAsync(request, context.Attempt, async, cancellationToken), request, context.Attempt);
        }
    }
}
