using System.Globalization;
using System.Net;
using OutageDemo.Startup;

namespace OutageDemo.Downstreams;

/// <summary><c>--port N</c>: the API listens on N, the services that it calls on the next three; 0 takes free ports.</summary>
internal static class Ports
{
    private static readonly int Highest = IPEndPoint.MaxPort - DownstreamServices.Names.Count;

    public static void Apply(ConfigurationManager configuration)
    {
        if (configuration["Port"] is not { } text)
        {
            return;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > Highest)
        {
            throw new StartupException($"--port {text} is not valid: give a number from 1 to {Highest}, or 0 for free ports.");
        }

        var settings = new Dictionary<string, string?> { ["Urls"] = $"http://127.0.0.1:{port}" };
        foreach (var (index, service) in DownstreamServices.Names.Index())
        {
            settings[$"ResilientHttpClients:Clients:{service}:BaseAddress"] = $"http://127.0.0.1:{(port == 0 ? 0 : port + 1 + index)}/";
        }

        configuration.AddInMemoryCollection(settings);
    }
}
