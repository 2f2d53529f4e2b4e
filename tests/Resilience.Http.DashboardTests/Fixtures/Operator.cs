using System.Net.Http.Json;

namespace Resilience.Http.DashboardTests.Fixtures;

/// <summary>Posts as the page does: with a token, its cookie, and what a browser adds.</summary>
internal sealed class Operator(DashboardApp app, string? user = "alice")
{
    public string? Site { get; init; } = "same-origin";

    public string? Origin { get; init; }

    public bool SendsToken { get; init; } = true;

    public Task<HttpResponseMessage> SteerAsync(object order) => SteerAsync(JsonContent.Create(order));

    public async Task<HttpResponseMessage> SteerAsync(HttpContent order)
    {
        using var browser = app.Browse();
        var cookies = $"user={user}";
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/resilience/token") { Headers = { { "Cookie", cookies } } };
        using var answer = await browser.SendAsync(ask);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/resilience/steer") { Content = order };
        await order.LoadIntoBufferAsync();
        if (answer.IsSuccessStatusCode && SendsToken)
        {
            var token = await answer.Content.ReadFromJsonAsync<Dictionary<string, string>>();
            request.Headers.Add(token!["header"], token["token"]);
            cookies = $"{cookies}; {answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0]}";
        }

        request.Headers.Add("Cookie", cookies);
        Add(request, "Sec-Fetch-Site", Site);
        Add(request, "Origin", Origin);
        return await browser.SendAsync(request);
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.Add(name, value);
        }
    }
}
