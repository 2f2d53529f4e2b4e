using System.Diagnostics.CodeAnalysis;

#pragma warning disable IDE0130 // public types live in Resilience.Http.Testing, whatever their folder
namespace Resilience.Http.Testing;

/// <summary>
/// A server that answers by a script and records every request. It stands where the sockets would, as the primary handler of a client;
/// synchronous and asynchronous calls get the same answers.
/// </summary>
public sealed class ScriptedServer : HttpMessageHandler
{
    /// <summary>How many requests a message shows: the last ones, since the end is what puzzles.</summary>
    private const int MostShown = 20;

    private readonly Lock _gate = new();
    private readonly List<RecordedRequest> _requests = [];
    private TimeProvider _clock;
    private long _startedAt;

    /// <summary>Makes a server.</summary>
    /// <param name="script">Writes what it answers.</param>
    /// <param name="clock">The clock it waits on and records by; the system's without it.</param>
    /// <param name="name">Its name in messages.</param>
    public ScriptedServer(Action<ServerScript> script, TimeProvider? clock = null, string name = "the server")
    {
        ArgumentNullException.ThrowIfNull(script);
        Name = name;
        Script = new ServerScript(name);
        UseClock(clock ?? TimeProvider.System);
        script(Script);
    }

    /// <summary>Its name in messages; that of the client where it was put in by <c>UseScriptedServer</c>.</summary>
    public string Name { get; }

    /// <summary>What it answers; more may be added at any time.</summary>
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
        var body = await ReadBodyAsync(request.Content, async, cancellationToken).ConfigureAwait(false);
        var record = Record(request, body);
        var script = Script.For(request);
        var answer = script.Next() ?? throw UsedUp(script, record);
        record.Answer = answer.Text;
        var response = await answer.AnswerAsync(request, _clock, async, cancellationToken).ConfigureAwait(false);
        response.RequestMessage = request;
        return response;
    }

    private RecordedRequest Record(HttpRequestMessage request, byte[] body)
    {
        lock (_gate)
        {
            // On a virtual clock its own count is the one that the test has in mind.
            var time = _clock is VirtualTimeProvider virtualClock ? virtualClock.Elapsed : _clock.GetElapsedTime(_startedAt);
            var record = new RecordedRequest(_requests.Count + 1, request, body, time, _clock.GetUtcNow());
            _requests.Add(record);
            return record;
        }
    }

    private InvalidOperationException UsedUp(ServerScript script, RecordedRequest request)
    {
        request.Answer = "no answer: the script is used up";
        var requests = Requests;
        var shown = requests.TakeLast(MostShown).Select(static shown => $"{Environment.NewLine}  {shown}");
        return new($"The script of {script.Name} is used up: add an answer, or let it end with Always(). {requests.Count} request(s) came:{string.Concat(shown)}");
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
