using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Resilience.Http.Benchmarks.Outcomes.Servers;

/// <summary>
/// <c>-- outcomes-backend PORT WORKERS SERVICE_MS QUEUE</c>: Kestrel on a loopback port, whose address it prints. It takes commands from
/// its standard input until that ends: <c>fail SHARE</c>, <c>slow SHARE MS</c>, <c>workers N</c>, <c>quota N</c> (0: none).
/// </summary>
internal sealed class BackendServer
{
    public const string Command = "outcomes-backend";

    private readonly double _serviceMilliseconds;
    private readonly WorkQueue _work;
    private readonly Lock _gate = new();
    private volatile Faults _faults = new(0, 0, 0, 0);
    private (long Second, int Requests) _quota;

    private BackendServer(double serviceMilliseconds, WorkQueue work) => (_serviceMilliseconds, _work) = (serviceMilliseconds, work);

    public static async Task<int> RunAsync(int port, int workers, double serviceMilliseconds, int queue)
    {
        var server = new BackendServer(serviceMilliseconds, new WorkQueue(workers, queue));
        await LoopbackApp.RunAsync(port, server.AnswerAsync, server.Execute);
        return 0;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var faults = _faults;
        if (faults.Quota > 0 && IsOver(faults.Quota))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "1";
        }
        else if (Random.Shared.NextDouble() < faults.FailingShare || !await _work.TryEnterAsync(context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
        else
        {
            await WorkAsync();
            await AnswerLateAsync(faults, context);
        }
    }

    /// <summary>Half of the mean always, the rest exponentially distributed. Work that has begun is done, whoever waits for it.</summary>
    private async Task WorkAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(_serviceMilliseconds * (0.5 - (0.5 * Math.Log(1 - Random.Shared.NextDouble())))));
        _work.Exit();
    }

    private static async Task AnswerLateAsync(Faults faults, HttpContext context)
    {
        if (Random.Shared.NextDouble() < faults.SlowShare)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(faults.SlowMilliseconds), context.RequestAborted);
        }

        await context.Response.WriteAsync("ok");
    }

    private bool IsOver(int quota)
    {
        var second = Stopwatch.GetTimestamp() / Stopwatch.Frequency;
        lock (_gate)
        {
            _quota = _quota.Second == second ? (second, _quota.Requests + 1) : (second, 1);
            return _quota.Requests > quota;
        }
    }

    private void Execute(string command)
    {
        var words = command.Split(' ');
        var figures = Array.ConvertAll(words[1..], figure => double.Parse(figure, CultureInfo.InvariantCulture));
        switch (words[0])
        {
            case "fail":
                _faults = _faults with { FailingShare = figures[0] };
                break;
            case "slow":
                _faults = _faults with { SlowShare = figures[0], SlowMilliseconds = figures[1] };
                break;
            case "quota":
                _faults = _faults with { Quota = (int)figures[0] };
                break;
            case "workers":
                _work.SetWorkers((int)figures[0]);
                break;
            default:
                throw new ArgumentException($"'{command}' is not a command of a backend.");
        }
    }

    private sealed record Faults(double FailingShare, double SlowShare, double SlowMilliseconds, int Quota);
}
