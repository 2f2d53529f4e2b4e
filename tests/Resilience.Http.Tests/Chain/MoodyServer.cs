using System.Collections.Concurrent;
using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chain;

/// <summary>Answers well, badly, late or not at all, and sometimes does not look at its token.</summary>
internal sealed class MoodyServer(int seed, string name, VirtualTimeProvider clock) : HttpMessageHandler
{
    private readonly Random _random = new(seed);
    private int _inFlight;

    public ConcurrentBag<Task> Sends { get; } = [];

    public ConcurrentBag<Content> Contents { get; } = [];

    public int InFlight => Volatile.Read(ref _inFlight);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        int duration, kind;
        lock (_random)
        {
            (duration, kind) = (_random.Next(0, 10) * 30, _random.Next(12));
        }

        if (kind == 11)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{name} refused");
        }

        var ended = new TaskCompletionSource();
        Sends.Add(ended.Task);
        Interlocked.Increment(ref _inFlight);
        return AnswerAsync();

        async Task<HttpResponseMessage> AnswerAsync()
        {
            try
            {
                var token = kind == 10 ? CancellationToken.None : cancellationToken;
                await Task.Delay(kind == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(duration), clock, token);
                return kind switch
                {
                    1 => Respond(HttpStatusCode.InternalServerError),
                    2 => Respond(HttpStatusCode.Conflict),
                    3 => throw new HttpRequestException($"{name} cut"),
                    4 => Respond(HttpStatusCode.ServiceUnavailable),
                    5 => Respond(HttpStatusCode.TooManyRequests),
                    _ => Respond(HttpStatusCode.OK),
                };
            }
            finally
            {
                Interlocked.Decrement(ref _inFlight);
                ended.SetResult();
            }
        }

        HttpResponseMessage Respond(HttpStatusCode status)
        {
            var content = new Content();
            Contents.Add(content);
            var response = new HttpResponseMessage(status) { RequestMessage = request, Content = content };
            if (kind is 4 or 5 && duration > 120)
            {
                response.Headers.TryAddWithoutValidation("Retry-After", duration > 200 ? "1" : "0");
            }

            return response;
        }
    }

    internal sealed class Content() : ByteArrayContent([1, 2, 3])
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
