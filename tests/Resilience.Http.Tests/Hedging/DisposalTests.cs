using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Hedging;

/// <summary>
/// The app, the client, the request, the caller or the deadline ends at each moment of a hedged call. The call ends, nothing is left
/// running, all bodies are disposed, and no exception is left unobserved.
/// </summary>
public sealed class DisposalTests
{
    private const string Probe = "thrown by a send of the disposal tests";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public enum What
    {
        Container,
        Host,
        StoppedHost,
        Client,
        Request,
        Caller,
        Deadline,
    }

    public static TheoryData<What> All => [.. Enum.GetValues<What>()];

    /// <summary>
    /// In milliseconds: before the delay, when it ends, with the hedge in flight, when the hedge wins, with its body read and the loser
    /// running, when the loser ends, and when the body ends.
    /// </summary>
    private static int[] Moments => [1, 50, 100, 150, 200, 250, 300, 350];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Nothing_is_left_whatever_ends_at_any_moment(What what)
    {
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) =>
            unobserved += e.Exception.ToString().Contains(Probe, StringComparison.Ordinal) ? 1 : 0;
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            foreach (var moment in Moments)
            {
                await RunAsync(what, moment, isStubborn: false, isFirst: false);
                await RunAsync(what, moment, isStubborn: false, isFirst: true);
                await RunAsync(what, moment, isStubborn: true, isFirst: false);
                await RunAsync(what, moment, isStubborn: true, isFirst: true);
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Assert.Equal(0, unobserved);
    }

    /// <param name="what">What ends.</param>
    /// <param name="moment">When, in milliseconds.</param>
    /// <param name="isStubborn">Whether the first send ignores its token.</param>
    /// <param name="isFirst">Whether the end comes before what else is due at the same moment, or after it.</param>
    private static async Task RunAsync(What what, int moment, bool isStubborn, bool isFirst)
    {
        var text = $"{what} at {moment} ms, stubborn: {isStubborn}, first: {isFirst}";
        var scene = new Scene(what == What.Deadline ? moment : 2_000, isStubborn);
        ITimer? timer = isFirst ? scene.EndAt(what, moment) : null;
        var call = scene.CallAsync();
        timer ??= scene.EndAt(what, moment);
        for (var step = 0; step < 100 && !call.IsCompleted; step++)
        {
            scene.Clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        await call.WaitAsync(Patience);
        await timer.DisposeAsync();
        scene.Clock.Advance(TimeSpan.FromMilliseconds(500)); // A send that ignores its token ends in its own time.
        Assert.True(SpinWait.SpinUntil(() => scene.Server.Running == 0, Patience), text);
        var sends = scene.Server.Sends;
        scene.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((text, sends, 0), (text, scene.Server.Sends, scene.Server.Running));
        Assert.True(SpinWait.SpinUntil(() => scene.Server.OpenBodies == 0, Patience), text);
        scene.Dispose();
    }

    /// <summary>One hedged call of an app.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly HttpRequestMessage _request = new(HttpMethod.Get, new Uri("https://payments.internal/charges/1"));
        private readonly CancellationTokenSource _caller = new();
        private readonly TestApp _app;
        private readonly HttpClient _client;

        public Scene(int deadline, bool isStubborn)
        {
            Server = new(Clock, isStubborn);
            _app = TestApp.With("{}", services =>
            {
                services.AddSingleton<TimeProvider>(Clock);
                services.AddResilientHttpClient("payments", options =>
                {
                    options.Hedging.Enabled = true;
                    options.Hedging.Delay = HedgingFixture.Delay;
                    options.CircuitBreaker.Enabled = isStubborn; // It observes exceptions too.
                    options.TotalTimeout = TimeSpan.FromMilliseconds(deadline);
                    options.Retry.MaxRetries = 1;
                }).ConfigurePrimaryHttpMessageHandler(() => Server);
            });
            _client = _app.Client("payments");
        }

        public VirtualTimeProvider Clock { get; } = new();

        public TwoSendsServer Server { get; }

        public ITimer EndAt(What what, int moment) =>
            Clock.CreateTimer(_ => End(what), null, TimeSpan.FromMilliseconds(moment), Timeout.InfiniteTimeSpan);

        public async Task CallAsync()
        {
            try
            {
                using var response = await _client.SendAsync(_request, HttpCompletionOption.ResponseHeadersRead, _caller.Token);
                await response.Content.ReadAsByteArrayAsync(_caller.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or ObjectDisposedException)
            {
            }
        }

        public void Dispose()
        {
            _client.Dispose();
            _request.Dispose();
            _caller.Dispose();
            _app.Dispose();
            Server.Dispose();
        }

        private void End(What what)
        {
            switch (what)
            {
                case What.Container:
                    ((IDisposable)_app.Services).Dispose();
                    break;
                case What.Host:
                    _app.Dispose();
                    break;
                case What.StoppedHost:
                    _app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
                    _app.Dispose();
                    break;
                case What.Client:
                    _client.Dispose();
                    break;
                case What.Request:
                    _request.Dispose();
                    break;
                case What.Caller:
                    _caller.Cancel();
                    break;
            }
        }
    }

    /// <summary>
    /// The first send throws after 300 ms, or when it is canceled. Each other one has its headers after 100 ms and its body 150 ms later.
    /// </summary>
    private sealed class TwoSendsServer(VirtualTimeProvider clock, bool isStubborn) : HttpMessageHandler
    {
        private int _sends;
        private int _running;
        private int _openBodies;

        public int Sends => Volatile.Read(ref _sends);

        public int Running => Volatile.Read(ref _running);

        public int OpenBodies => Volatile.Read(ref _openBodies);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref _sends);
            Interlocked.Increment(ref _running);
            try
            {
                if (number == 1)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(300), clock, isStubborn ? CancellationToken.None : cancellationToken)
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    throw new HttpRequestException(Probe);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellationToken);
                Interlocked.Increment(ref _openBodies);
                return new() { RequestMessage = request, Content = new StreamContent(new SlowBody(clock, Close)) };
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }

        private void Close() => Interlocked.Decrement(ref _openBodies);
    }

    private sealed class SlowBody(TimeProvider clock, Action closed) : MemoryStream
    {
        private int _isClosed;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await WaitAsync(cancellationToken);
            return 0;
        }

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            WaitAsync(cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _isClosed, 1) == 0)
            {
                closed();
            }

            base.Dispose(disposing);
        }

        private Task WaitAsync(CancellationToken cancellationToken) =>
            Task.Delay(TimeSpan.FromMilliseconds(150), clock, cancellationToken);
    }
}
