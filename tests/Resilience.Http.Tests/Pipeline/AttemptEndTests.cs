using System.Net;
using Resilience.Http.Pipeline;
using Resilience.Http.Retry;
using Resilience.Http.Tests.Timeouts;

namespace Resilience.Http.Tests.Pipeline;

/// <summary>Three attempt handlers inside the loop: each that has begun an attempt ends it, the innermost first.</summary>
public sealed class AttemptEndTests
{
    private const string All = "begin 1, begin 2, begin 3, end 3, end 2, end 1";
    private const string TwoOfThree = "begin 1, begin 2, end 2, end 1";

    private readonly List<string> _log = [];
    private readonly ServiceState _service = new("payments", new ResilienceRuntime(), new ResilientHttpClientOptions());

    public enum Fault
    {
        None,
        SecondRefuses,
        SecondThrowsBeforeItSends,
        SecondThrowsAfterItSent,
        SecondReplacesTheAttempt,
        ThirdThrowsBeforeItSends,
        ThirdThrowsAtItsEnd,
        ServerThrows,
    }

    public enum Between
    {
        Nothing,
        HandlerOfTheChain,
        ForeignHandler,
    }

    public enum Way
    {
        CompletedAtOnce,
        Asynchronous,
        Synchronous,
    }

    public static MatrixTheoryData<Fault, Between, Way> Cases =>
        new(Enum.GetValues<Fault>(), Enum.GetValues<Between>(), Enum.GetValues<Way>());

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_handler_that_has_started_an_attempt_ends_it_once(Fault fault, Between between, Way way)
    {
        using var client = Client(fault, between, Server(fault, way));

        var exception = await Record.ExceptionAsync(() => SendAsync(client, way));

        Assert.Equal(fault is Fault.SecondRefuses or Fault.SecondThrowsBeforeItSends ? TwoOfThree : All, string.Join(", ", _log));
        Assert.Equal(fault is Fault.None or Fault.SecondRefuses or Fault.SecondReplacesTheAttempt, exception is null);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_attempt_that_was_left_open_is_not_ended_with_the_next(Fault fault, Between between, Way way)
    {
        var faults = new Queue<Fault>([fault, Fault.None]);
        using var client = Client(Fault.None, between, Server(Fault.None, way), () => faults.Dequeue());

        await Record.ExceptionAsync(() => SendAsync(client, way));
        _log.Clear();
        await SendAsync(client, way);

        Assert.Equal(All, string.Join(", ", _log));
    }

    [Theory]
    [InlineData(Between.Nothing)]
    [InlineData(Between.HandlerOfTheChain)]
    [InlineData(Between.ForeignHandler)]
    public async Task Each_attempt_of_the_loop_is_ended_before_the_next_begins(Between between)
    {
        var answers = new Queue<HttpStatusCode>([HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK]);
        var options = new ResilientHttpClientOptions { Retry = { BaseDelay = TimeSpan.Zero, Backoff = HttpRetryBackoff.Constant } };
        var service = new ServiceState("payments", new ResilienceRuntime(), options);
        using var client = Client(
            Fault.None, between, new FakeServer((_, _) => Task.FromResult(new HttpResponseMessage(answers.Dequeue()))), service: service);

        await SendAsync(client, Way.CompletedAtOnce);

        Assert.Equal($"{All}, {All}", string.Join(", ", _log));
    }

    private static FakeServer Server(Fault fault, Way way) => new(async (_, _) =>
    {
        if (way == Way.Asynchronous)
        {
            await Task.Yield();
        }

        return fault == Fault.ServerThrows ? throw new FormatException("the server's handler threw") : new HttpResponseMessage();
    });

    private HttpMessageInvoker Client(
        Fault fault, Between between, HttpMessageHandler server, Func<Fault>? next = null, ServiceState? service = null)
    {
        service ??= _service;
        var faults = next ?? (() => fault);
        var current = fault;
        HttpMessageHandler third = new Part(service, 3, _log, () => current) { InnerHandler = server };
        third = between switch
        {
            Between.HandlerOfTheChain => new Passing(service) { InnerHandler = third },
            Between.ForeignHandler => new Foreign { InnerHandler = third },
            _ => third,
        };
        return new(new RetryHandler(service)
        {
            InnerHandler = new Part(service, 1, _log, () => current = faults())
            {
                InnerHandler = new Part(service, 2, _log, () => current) { InnerHandler = third },
            },
        });
    }

    private static async Task SendAsync(HttpMessageInvoker client, Way way)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/");
        using var response = way == Way.Synchronous ? client.Send(request, default) : await client.SendAsync(request, default);
    }

    private sealed class Part(ServiceState service, int number, List<string> log, Func<Fault> asked) : AttemptHandler(service)
    {
        private Fault _fault;

        protected override Task<HttpResponseMessage> SendAttemptAsync(
            HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
        {
            _fault = asked();
            log.Add($"begin {number}");
            switch (_fault, number)
            {
                case (Fault.SecondRefuses, 2):
                    attempt.Refused = true;
                    return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
                case (Fault.SecondThrowsBeforeItSends, 2) or (Fault.ThirdThrowsBeforeItSends, 3):
                    throw new FormatException("before it sent");
                default:
                    var sent = NextAsync(request, attempt, async, cancellationToken);
                    return (_fault, number) switch
                    {
                        (Fault.SecondThrowsAfterItSent, 2) when sent.IsCompleted => throw new FormatException("after it sent"),
                        (Fault.SecondThrowsAfterItSent, 2) => ThrowAfterAsync(sent),
                        (Fault.SecondReplacesTheAttempt, 2) => ReplaceAsync(sent),
                        _ => sent,
                    };
            }
        }

        protected override Task<HttpResponseMessage> OnEnded(
            Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt)
        {
            log.Add($"end {number}");
            return (_fault, number) == (Fault.ThirdThrowsAtItsEnd, 3) ? throw new FormatException("at its end") : ended;
        }

        private static async Task<HttpResponseMessage> ThrowAfterAsync(Task<HttpResponseMessage> sent)
        {
            (await sent).Dispose();
            throw new FormatException("after it sent");
        }

        private static async Task<HttpResponseMessage> ReplaceAsync(Task<HttpResponseMessage> sent)
        {
            (await sent).Dispose();
            return new(HttpStatusCode.NoContent);
        }
    }

    private sealed class Passing(ServiceState service) : ResilienceHandler(service)
    {
        internal override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken) =>
            NextAsync(request, context, async, cancellationToken);
    }

    private sealed class Foreign : DelegatingHandler;
}
