using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using OutageDemo.Downstreams;
using Resilience.Http.IntegrationTests.Support;

namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>The sample, started for real: Kestrel on free ports of loopback, the three services included.</summary>
internal sealed class SampleApp : WebApplicationFactory<Program>
{
    private readonly Dictionary<string, string?> _settings;

    private SampleApp(Dictionary<string, string?> settings)
    {
        _settings = settings;
        UseKestrel();
        StartServer();
        Api = CreateClient();
    }

    public HttpClient Api { get; }

    public DownstreamServices Downstreams => Services.GetRequiredService<DownstreamServices>();

    public ICircuitRegistry Circuits => Services.GetRequiredService<ICircuitRegistry>();

    /// <param name="settings">Settings over those of appsettings.json, by their path.</param>
    public static SampleApp Start(params (string Path, string Value)[] settings) =>
        new(settings.ToDictionary(setting => setting.Path, setting => (string?)setting.Value));

    public Task SwitchAsync(string service, Fault fault) => Downstreams.Find(service)!.SwitchAsync(new FaultSetting(fault));

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Port", "0");
        foreach (var (path, value) in _settings)
        {
            builder.UseSetting(path, value); // As on the command line: there before Program.cs reads its first setting.
        }

        builder.ConfigureServices(static services => services.KeepToOwnMeters());
    }
}
