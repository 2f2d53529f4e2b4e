using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Resilience.Http.Tests.Registration.ReloadApp;

namespace Resilience.Http.Tests.Registration;

/// <summary>What code sets is built anew at each edit, from the objects of the user.</summary>
public sealed class CodeReloadTests : IDisposable
{
    private readonly SettingsFile _file = FileWithOneRetry();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task A_refused_edit_does_not_reach_the_users_options_object_but_a_good_one_does()
    {
        var retry = new HttpRetryOptions();
        using var app = await _file.StartedAsync(services =>
            services.ConfigureHttpClientDefaults(client => client.AddResilience(options => options.Retry = retry))
                .AddHttpClient("payments")
                .AddResilience());

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 0, "BaseDelay": "0s" }, "TotalTimeout": "10" }"""));
        Assert.Equal(1, app.InForce("payments").Retry.MaxRetries);

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 0, "BaseDelay": "0s" } }"""));
        Assert.Equal(0, app.InForce("payments").Retry.MaxRetries);
        Assert.EndsWith(": Retry:MaxRetries 1 -> 0.", Assert.Single(app.Logs.Named("SettingsChanged")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fallback_is_called_once_however_often_its_options_are_built()
    {
        var (fallback, asked) = (new HttpFallbackOptions(), 0);
        using var app = await _file.StartedAsync(services =>
        {
            services.AddResilientHttpClient("payments", options => options.Fallback = fallback).AddFallback((_, _) =>
            {
                asked++;
                return default;
            });
            services.UseScriptedServer("payments", script => script.Always(503));
        });
        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 0 } }"""));
        using var client = app.Client("payments");

        (await client.GetAsync("https://payments.internal/")).Dispose();

        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Code_that_sets_options_runs_again_and_what_it_throws_refuses_the_edit()
    {
        var broken = false;
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments", options =>
        {
            options.TotalTimeout = broken
                ? throw new InvalidOperationException("the vault is sealed")
                : TimeSpan.FromSeconds(5 + options.Retry.MaxRetries);
        }));

        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 2 } }"""));
        Assert.Equal(TimeSpan.FromSeconds(7), app.InForce("payments").TotalTimeout);

        broken = true;
        _file.Edit(Payments("""{ "Retry": { "MaxRetries": 4 } }"""));
        Assert.Equal(TimeSpan.FromSeconds(7), app.InForce("payments").TotalTimeout);
        var error = Assert.Single(app.Logs.Of(LogLevel.Error));
        Assert.EndsWith("the vault is sealed", error.Text, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.Exception);

        broken = false;
        _file.Touch();
        Assert.Equal(TimeSpan.FromSeconds(9), app.InForce("payments").TotalTimeout);
    }
}
