using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RichardSzalay.MockHttp;

namespace Resilience.Http.LibraryTests.Libraries;

/// <summary>MockHttp takes the place of the primary handler, so the chain stands before it.</summary>
public sealed class MockHttpTests
{
    [Fact]
    public async Task A_mock_sees_every_attempt()
    {
        using var mock = new MockHttpMessageHandler();
        var sends = mock.When(HttpMethod.Put, "http://payments.internal/orders/1")
            .WithContent("tea")
            .Respond(HttpStatusCode.ServiceUnavailable);
        await using var app = App(mock);

        using var response = await PutAsync(app);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(4, mock.GetMatchCount(sends));
    }

    [Fact]
    public async Task Expectations_of_one_call_are_met_attempt_by_attempt()
    {
        using var mock = new MockHttpMessageHandler();
        mock.Expect(HttpMethod.Put, "/orders/1").WithContent("tea").Respond(HttpStatusCode.ServiceUnavailable);
        mock.Expect(HttpMethod.Put, "/orders/1").WithContent("tea").Throw(new HttpRequestException(HttpRequestError.ConnectionError));
        mock.Expect(HttpMethod.Put, "/orders/1").WithContent("tea").Respond("text/plain", "done");
        await using var app = App(mock);

        using var response = await PutAsync(app);

        Assert.Equal("done", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        mock.VerifyNoOutstandingExpectation();
    }

    private static ServiceProvider App(MockHttpMessageHandler mock)
    {
        var services = new ServiceCollection();
        #region mockhttp
        services.AddHttpClient("payments", client => client.BaseAddress = new Uri("http://payments.internal"))
            .ConfigurePrimaryHttpMessageHandler(() => mock)
            .AddResilience(options => options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1));
        #endregion
        return services.BuildServiceProvider();
    }

    private static Task<HttpResponseMessage> PutAsync(ServiceProvider app) =>
        app.GetRequiredService<IHttpClientFactory>()
            .CreateClient("payments")
            .PutAsync("/orders/1", new StringContent("tea"), TestContext.Current.CancellationToken);
}
