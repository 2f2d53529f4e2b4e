namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>Reads which calls a figure is taken from.</summary>
internal sealed class TrafficReader(ExperimentErrors mistakes)
{
    public ChaosTraffic? Read(Fields arguments, bool needsClient)
    {
        var client = needsClient
            ? arguments.RequiredText("client", "the client whose sends are counted")
            : arguments.Text("client");
        if (arguments.Find("url") is not null)
        {
            return Requests(arguments, client);
        }

        var window = arguments.Find("window") is { } json ? arguments.Number(json, 0.001, 86_400, " (seconds)") : 10;
        if (client is null && !needsClient)
        {
            _ = arguments.Required("client", "name a client to watch, or a \"url\" to send requests to");
        }

        return client is null || window is null ? null : ChaosTraffic.Of(client, TimeSpan.FromSeconds(window.Value));
    }

    public ChaosTraffic? ReadRequests(Fields arguments) => Requests(arguments, client: null);

    private ChaosTraffic? Requests(Fields arguments, string? client)
    {
        var request = new HttpRequestReader(mistakes).Read(arguments);
        var calls = arguments.Whole("calls", 1, 100_000) ?? 20;
        var concurrency = arguments.Whole("concurrency", 1, 1_000) ?? 1;
        return request is null ? null : ChaosTraffic.To(request, calls, concurrency, client);
    }
}
