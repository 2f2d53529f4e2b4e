using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Resilience.Http.Benchmarks.Fleet.Quota;

namespace Resilience.Http.Benchmarks.Fleet;

/// <summary>A call that reached the service.</summary>
/// <param name="WithFleet">Whether it came from a replica with the fleet.</param>
/// <param name="At">When.</param>
internal readonly record struct Arrival(bool WithFleet, double At);

/// <summary>The service that all replicas call: it answers at once, with 503 while it is down, and counts what arrives.</summary>
internal sealed class OutageService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Arrival> _arrivals = new();
    private readonly ConcurrentQueue<double> _times = new();
    private volatile bool _isDown;

    private OutageService()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public bool IsDown
    {
        get => _isDown;
        set => _isDown = value;
    }

    public string Address => _app.Urls.Single();

    public IReadOnlyList<Arrival> Arrivals => [.. _arrivals];

    /// <summary>When calls arrived, in milliseconds of the machine's clock.</summary>
    public IReadOnlyList<double> ArrivalTimes => [.. _times];

    public static async Task<OutageService> StartAsync()
    {
        var service = new OutageService();
        await service._app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var withFleet = context.Request.Path.StartsWithSegments($"/{ReplicaHost.PathWithFleet}", StringComparison.Ordinal);
        _times.Enqueue(UnixClock.Now);
        _arrivals.Enqueue(new(withFleet, FleetClock.Now));
        context.Response.StatusCode = _isDown ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return context.Response.WriteAsync("answer");
    }
}
