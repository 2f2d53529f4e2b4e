using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Traffic;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>
/// Sends the experiment's own requests: as a user of the system would, through sockets of its own and none of the app's clients, whose
/// retries would hide what is to be seen.
/// </summary>
internal sealed class ExperimentHttp(TimeProvider clock, HttpMessageHandler? handler = null) : IDisposable
{
    /// <summary>The longest body that is read for a probe.</summary>
    private const int LongestBody = 4 * 1024 * 1024;

    private readonly HttpMessageInvoker _invoker = new(
        handler ?? new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2), UseCookies = false },
        disposeHandler: handler is null);

    /// <summary>Sends a request and gives the answer as the Chaos Toolkit does: an object with status, headers and body.</summary>
    public async Task<JsonObject> AskAsync(ChaosHttpRequest request, CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(request, clock, cancellationToken);
        try
        {
            using var message = ToMessage(request);
            using var response = await _invoker.SendAsync(message, limit.Token).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(LongestBody, limit.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false);
            return new JsonObject
            {
                ["status"] = (int)response.StatusCode,
                ["headers"] = ToJson(response.Headers.Concat(response.Content.Headers)),
                ["body"] = ToJson(body, response.Content.Headers.ContentType),
            };
        }
        catch (OperationCanceledException exception) when (limit.Passed)
        {
            throw limit.Told(exception);
        }
    }

    /// <summary>Sends a request that is meant to do something: a status of 400 and above says that it did not.</summary>
    public async Task<JsonObject> CommandAsync(ChaosHttpRequest request, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(request, cancellationToken).ConfigureAwait(false);
        var status = answer["status"]!.GetValue<int>();
        return status < 400
            ? answer
            : throw new HttpRequestException(
                $"{request} answered {OutcomeText.Format((System.Net.HttpStatusCode)status)}",
                inner: null,
                (System.Net.HttpStatusCode)status);
    }

    /// <summary>Sends a request many times. What fails is a result; only cancellation ends it early.</summary>
    public async Task<TrafficSample> SendManyAsync(ChaosHttpRequest request, int calls, int concurrency, CancellationToken cancellationToken)
    {
        using var watch = new TrafficWatch(request.ToString(), clock);
        var left = calls;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(calls, concurrency)).Select(_ => SendInTurnAsync())).ConfigureAwait(false);
        return watch.Sample();

        async Task SendInTurnAsync()
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await SendOneAsync(request, watch, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _invoker.Dispose();

    private async Task SendOneAsync(ChaosHttpRequest request, TrafficWatch watch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var limit = new TimeLimit(request, clock, cancellationToken);
        var call = new WatchedCall(clock.GetTimestamp());
        var duration = TimeSpan.Zero;
        try
        {
            using var message = ToMessage(request);
            watch.Began(call);
            watch.Sent();
            using var response = await _invoker.SendAsync(message, limit.Token).ConfigureAwait(false);
            duration = clock.GetElapsedTime(call.Begun);
            await response.Content.CopyToAsync(Stream.Null, limit.Token).ConfigureAwait(false);
            watch.Ended(call, duration, OutcomeTable.Judge(response.StatusCode).Verdict == AttemptVerdict.Success);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && limit.Passed))
        {
            watch.Ended(call, duration > TimeSpan.Zero ? duration : clock.GetElapsedTime(call.Begun), success: false);
        }
    }

    private static HttpRequestMessage ToMessage(ChaosHttpRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Url);
        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body));
        }

        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content ??= new ByteArrayContent([]);
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    private static JsonObject ToJson(IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers)
    {
        var json = new JsonObject();
        foreach (var (name, values) in headers)
        {
            json[name] = string.Join(", ", values);
        }

        return json;
    }

    private static JsonNode? ToJson(string body, MediaTypeHeaderValue? type)
    {
        var announced = type?.MediaType is { } media
            && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
        if (!announced)
        {
            return body;
        }

        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return body; // announced and not kept: the tolerance will say so
        }
    }

    /// <summary>The time limit of one request, on the runner's clock.</summary>
    private sealed class TimeLimit : IDisposable
    {
        private readonly ChaosHttpRequest _request;
        private readonly CancellationToken _caller;
        private readonly CancellationTokenSource _timer;
        private readonly CancellationTokenSource _either;

        public TimeLimit(ChaosHttpRequest request, TimeProvider clock, CancellationToken caller)
        {
            _request = request;
            _caller = caller;
            _timer = new CancellationTokenSource(TimerTime.Limit(request.Timeout), clock);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, caller);
        }

        public CancellationToken Token => _either.Token;

        public bool Passed => _timer.IsCancellationRequested && !_caller.IsCancellationRequested;

        public TimeoutException Told(Exception inner) =>
            new($"{_request} was not answered within {_request.Timeout.TotalSeconds:0.###} s", inner);

        public void Dispose()
        {
            _either.Dispose();
            _timer.Dispose();
        }
    }
}
