#pragma warning disable IDE0130 // public types live in Resilience.Http.Testing, whatever their folder
namespace Resilience.Http.Testing;

/// <summary>
/// A server that answers by a script and records every request. It stands where the sockets would, as the primary handler of a client;
/// synchronous and asynchronous calls get the same answers.
/// </summary>
public sealed class ScriptedServer : HttpMessageHandler
{
    private readonly Lock _gate = new();
    private readonly List<RecordedRequest> _requests = [];
    private readonly TimeProvider _clock;
    private readonly long _startedAt;

    /// <summary>Makes a server.</summary>
    /// <param name="script">Writes what it answers.</param>
    /// <param name="clock">The clock it waits on and records by; the system's without it.</param>
    /// <param name="name">Its name in messages.</param>
    public ScriptedServer(Action<ServerScript> script, TimeProvider? clock = null, string name = "the server")
    {
        ArgumentNullException.ThrowIfNull(script);
        Name = name;
        _clock = clock ?? TimeProvider.System;
        _startedAt = _clock.GetTimestamp();
        script(Script);
    }

    /// <summary>Its name in messages.</summary>
    public string Name { get; }

    /// <summary>What it answers; more may be added at any time.</summary>
    public ServerScript Script { get; } = new();

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
        var answer = Script.Next(request) ?? throw UsedUp(record);
        record.Answer = answer.Text;
        var response = await answer.AnswerAsync(request, _clock, async, cancellationToken).ConfigureAwait(false);
        response.RequestMessage ??= request;
        return response;
    }

    private RecordedRequest Record(HttpRequestMessage request, byte[] body)
    {
        lock (_gate)
        {
            var record = new RecordedRequest(_requests.Count + 1, request, body, _clock.GetElapsedTime(_startedAt), _clock.GetUtcNow());
            _requests.Add(record);
            return record;
        }
    }

    private InvalidOperationException UsedUp(RecordedRequest request)
    {
        request.Answer = "none: the script is used up";
        return new($"The script of {Name} is used up. Add an answer, or end the script with Always(). It got:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", Requests)}");
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
