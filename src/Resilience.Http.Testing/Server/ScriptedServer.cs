using System.Diagnostics.CodeAnalysis;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing.Recording;
using Resilience.Http.Testing.Server;

namespace Resilience.Http.Testing;

/// <summary>
/// A server that answers according to a script and records every request. It is the primary handler of a client and does not use the
/// network. Synchronous and asynchronous calls get the same answers.
/// </summary>
public sealed class ScriptedServer : HttpMessageHandler, ITransparentHandler
{
    /// <summary>How many requests a message shows: the last ones, since the end is what puzzles.</summary>
    private const int MostShown = 20;

    private readonly Lock _gate = new();
    private readonly List<RecordedRequest> _requests = [];
    private readonly List<RecordedCall> _calls = [];
    private readonly AsyncLocal<RecordedCall?> _currentCall = new();
    private volatile ClientCircuits? _circuits;
    private TimeProvider _clock;
    private long _startedAt;

    /// <summary>Creates a server that answers according to a script.</summary>
    /// <param name="script">Adds the answers.</param>
    /// <param name="clock">The clock for waits and recorded times; <see langword="null"/> means the system clock.</param>
    /// <param name="name">The name of the server in messages.</param>
    public ScriptedServer(Action<ServerScript> script, TimeProvider? clock = null, string name = "the server")
    {
        ArgumentNullException.ThrowIfNull(script);
        Name = name;
        Script = new ServerScript(name);
        UseClock(clock ?? TimeProvider.System);
        script(Script);
    }

    /// <summary>The name of the server in messages. If <c>UseScriptedServer</c> created it, this is the name of the client.</summary>
    public string Name { get; }

    /// <summary>The answers. More can be added at any time.</summary>
    public ServerScript Script { get; }

    /// <summary>The requests so far, in the order of their arrival.</summary>
    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>
    /// The calls so far, in the order in which they began. They are those of clients of <c>UseScriptedServer</c>, and those through
    /// <see cref="RecordCalls"/>.
    /// </summary>
    public IReadOnlyList<RecordedCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The last call.</summary>
    /// <exception cref="InvalidOperationException">There was no call.</exception>
    public RecordedCall LastCall =>
        Calls is [.., var last] ? last : throw new InvalidOperationException($"No call to {Name} was recorded.");

    /// <summary>
    /// Records the calls of a client without a container: <c>new HttpClient(server.RecordCalls(ResilientHttpHandler.Create("payments",
    /// options, server, clock)))</c>.
    /// </summary>
    /// <param name="handler">The chain, or handlers around it. This server must be its innermost handler.</param>
    /// <returns>The handler for the client.</returns>
    public DelegatingHandler RecordCalls(HttpMessageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (NestedHandlers.From(handler).OfType<ResilientHttpHandler>().FirstOrDefault() is { } chain)
        {
            UseCircuits(new ClientCircuits(chain.Circuits, serviceName: null));
        }

        return new CallRecorder(this) { InnerHandler = handler };
    }

    /// <summary>The circuits of the client that talks to this server.</summary>
    internal IReadOnlyList<CircuitSnapshot> Circuits => _circuits?.All ?? [];

    internal void UseCircuits(ClientCircuits? circuits) => _circuits = circuits;

    /// <summary>The call that the calling flow belongs to.</summary>
    internal RecordedCall? CurrentCall
    {
        get => _currentCall.Value;
        set => _currentCall.Value = value;
    }

    /// <summary>Begins the record of a call; the attempts that the calling flow sends from now on belong to it.</summary>
    internal RecordedCall Begin(HttpRequestMessage request)
    {
        lock (_gate)
        {
            var call = new RecordedCall(request, Now);
            _calls.Add(call);
            CurrentCall = call;
            return call;
        }
    }

    internal void End(RecordedCall call, HttpResponseMessage? response, Exception? exception) =>
        call.End(response, exception, Now, _circuits?.Of(call, exception));

    /// <summary>Moves the server to the clock of the container it has been put into.</summary>
    [MemberNotNull(nameof(_clock))]
    internal void UseClock(TimeProvider clock)
    {
        lock (_gate)
        {
            if (clock != _clock)
            {
                _clock = clock;
                _startedAt = clock.GetTimestamp();
            }
        }
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        AnswerAsync(request, async: true, cancellationToken);

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        AnswerAsync(request, async: false, cancellationToken).GetAwaiter().GetResult();

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var script = Script.For(request);
        var answer = script.Next();
        var record = Record(request);
        var canceled = false;
        try
        {
            var body = answer is { ReadsBody: false }
                ? []
                : await ReadBodyAsync(request.Content, async, cancellationToken).ConfigureAwait(false);
            record.Begin(body, answer?.Text ?? "no answer: the script has no more answers");
            var response = await (answer ?? throw UsedUp(script))
                .AnswerAsync(request, _clock, async, cancellationToken)
                .ConfigureAwait(false);
            return Framing.Apply(response, request);
        }
        catch (OperationCanceledException)
        {
            canceled = true;
            throw;
        }
        finally
        {
            record.End(Now, canceled);
        }
    }

    /// <summary>On a virtual clock its own count is the one that the test has in mind.</summary>
    private TimeSpan Now => _clock is VirtualTimeProvider virtualClock ? virtualClock.Elapsed : _clock.GetElapsedTime(_startedAt);

    private RecordedRequest Record(HttpRequestMessage request)
    {
        lock (_gate)
        {
            var record = new RecordedRequest(_requests.Count + 1, request, Now, _clock.GetUtcNow());
            _requests.Add(record);
            CurrentCall?.Add(record);
            return record;
        }
    }

    private InvalidOperationException UsedUp(ServerScript script)
    {
        var requests = Requests;
        var shown = requests.TakeLast(MostShown).Select(static shown => $"{Environment.NewLine}  {shown}");
        return new($"The script of {script.Name} has no more answers. Add one, or end the script with Always(). Requests so far " +
            $"({requests.Count}):{string.Concat(shown)}");
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContent? content, bool async, CancellationToken cancellationToken)
    {
        if (content is null)
        {
            return [];
        }

        using var body = new MemoryStream();
        if (async)
        {
            await content.CopyToAsync(body, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            content.CopyTo(body, context: null, cancellationToken);
        }

        return body.ToArray();
    }
}
