using System.Globalization;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry;

/// <summary>Calls whose first attempt may have done its work although the caller got no answer.</summary>
internal static class EarlierAttempt
{
    public static RetryFixture World(
        Action<ServerScript> script, Action<ResilientHttpClientOptions>? configure = null, DelegatingHandler? inside = null) => new(
        script,
        options =>
        {
            options.AttemptTimeout = TimeSpan.FromSeconds(2);
            configure?.Invoke(options);
        },
        inside);

    public static ServerScript Begin(ServerScript script, string first) => first switch
    {
        "hang" => script.Hang(),
        "reset" => script.Reset(),
        "refuse" => script.Refuse(),
        _ => script.Fail(1, int.Parse(first, CultureInfo.InvariantCulture)),
    };

    /// <summary>A handler that throws for every status that is not a success, as many API clients do.</summary>
    public sealed class EnsuringSuccess : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            (await base.SendAsync(request, cancellationToken)).EnsureSuccessStatusCode();
    }
}
