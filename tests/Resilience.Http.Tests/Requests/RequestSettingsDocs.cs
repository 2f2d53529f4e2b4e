using System.Net.Http.Json;
using Resilience.Http.Requests;

namespace Resilience.Http.Tests.Requests;

/// <summary>The snippets of docs/per-request.md, compiled and tried.</summary>
public sealed class RequestSettingsDocs
{
    [Fact]
    public void The_requests_of_the_page_carry_what_it_says()
    {
        #region requests
        // The nightly export is slow. One attempt may use all of the time.
        // The TotalTimeout of the client is 5 minutes too: otherwise HttpClient.Timeout would end the call earlier.
        var export = new HttpRequestMessage(HttpMethod.Get, "export")
            .WithTotalTimeout(TimeSpan.FromMinutes(5))
            .WithAttemptTimeout(TimeSpan.FromMinutes(5))
            .WithOperationName("nightly export");

        // A late suggestion is useless: wait for at most half a second, without a retry.
        var suggestions = new HttpRequestMessage(HttpMethod.Get, "suggestions?q=boo")
            .WithTotalTimeout(TimeSpan.FromMilliseconds(500))
            .NoRetry();

        // This search is sent as a POST, but it is safe to repeat.
        var search = new HttpRequestMessage(HttpMethod.Post, "search") { Content = JsonContent.Create(new { text = "boots" }) }
            .AllowRetry();
        #endregion

        var five = TimeSpan.FromMinutes(5);
        Assert.Equal(new RequestSettings
        {
            TotalTimeout = five,
            AttemptTimeout = five,
            OperationName = "nightly export"
        }, RequestSettings.Find(export));
        Assert.Equal(
            new RequestSettings { TotalTimeout = TimeSpan.FromMilliseconds(500), AllowRetry = false }, RequestSettings.Find(suggestions));
        Assert.Equal(new RequestSettings { AllowRetry = true }, RequestSettings.Find(search));
    }
}
