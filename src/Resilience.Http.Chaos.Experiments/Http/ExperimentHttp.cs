using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Traffic;
using Resilience.Http.Chaos.Experiments.Values;
using Resilience.Http.Outcomes;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Chaos.Experiments.Http;

/// <summary>
/// Sends the experiment's own requests: as a user of the system would, through sockets of its own and none of the app's clients, whose
/// retries would hide what is to be seen.
/// </summary>
internal sealed class ExperimentHttp(TimeProvider clock, HttpMessageHandler? handler = null) : IDisposable
{
    /// <summary>Names of header fields ignore case (RFC 9110, 5.1), so that a path finds them however the server writes them.</summary>
    private static readonly JsonNodeOptions HeaderNames = new() { PropertyNameCaseInsensitive = true };

    private static readonly string UserAgent =
        $"Resilience.Http.Chaos.Experiments/{typeof(ExperimentHttp).Assembly.GetName().Version?.ToString(3)}";

    private readonly HttpMessageInvoker _invoker = new(
        handler ?? new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
        },
        disposeHandler: handler is null);

    /// <summary>Sends a request and gives the answer as the Chaos Toolkit does: an object with status, headers and body.</summary>
    public async Task<JsonObject> AskAsync(ChaosHttpRequest request, CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(request, clock, cancellationToken);
        try
        {
            using var message = ToMessage(request);
            using var response = await _invoker.SendAsync(message, limit.Token).ConfigureAwait(false);
            var (body, isCut) = await AnswerBody.ReadAsync(response.Content, limit.Token).ConfigureAwait(false);
            var answer = new JsonObject
            {
                ["status"] = (int)response.StatusCode,
                ["headers"] = ToJson(response.Headers.NonValidated, response.Content.Headers.NonValidated),
                ["body"] = body,
            };
            if (isCut)
            {
                answer["body_cut"] = true;
            }

            return answer;
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
                $"{request} was answered with {OutcomeText.Format((HttpStatusCode)status)}",
                inner: null,
                (HttpStatusCode)status);
    }

    /// <summary>Sends a request many times. What fails is a result; only cancellation ends it early.</summary>
    public async Task<TrafficSample> SendManyAsync(
        ChaosHttpRequest request, int calls, int concurrency, CancellationToken cancellationToken)
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
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException
            || (exception is OperationCanceledException && limit.Passed))
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

        if (!message.Headers.Contains("User-Agent"))
        {
            message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        }

        return message;
    }

    private static JsonObject ToJson(params ReadOnlySpan<HttpHeadersNonValidated> all)
    {
        var json = new JsonObject(HeaderNames);
        foreach (var headers in all)
        {
            foreach (var (name, values) in headers)
            {
                json[name] = string.Join(", ", values);
            }
        }

        return json;
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
            new($"{_request} was not answered within {DurationText.Format(_request.Timeout)}", inner);

        public void Dispose()
        {
            _either.Dispose();
            _timer.Dispose();
        }
    }
}
