using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.IntegrationTests.Support;

/// <summary>A service on a free port that answers by a delegate, or 503 while it is down.</summary>
internal sealed class SwitchedService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _arrived;
    private volatile bool _isDown;

    private SwitchedService(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public bool IsDown
    {
        get => _isDown;
        set => _isDown = value;
    }

    public int Arrived => Volatile.Read(ref _arrived);

    public static async Task<SwitchedService> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var service = new SwitchedService(app);
        app.Run(context => service.AnswerAsync(context, answer));
        await app.StartAsync(CancellationToken.None);
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        Interlocked.Increment(ref _arrived);
        if (!_isDown)
        {
            return answer(context);
        }

        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    }
}
