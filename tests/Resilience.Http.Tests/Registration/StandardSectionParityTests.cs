using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using static System.StringComparison;
using static Resilience.Http.Tests.Registration.StandardSectionApp;

namespace Resilience.Http.Tests.Registration;

/// <summary>AddResilienceFromStandardHandler, compared with the option classes of Microsoft.Extensions.Http.Resilience.</summary>
public sealed class StandardSectionParityTests
{
    [Fact]
    public void A_setting_that_is_not_set_has_the_default_of_the_standard_handler()
    {
        using var app = App("""{ "Retry": {} }""");
        var here = app.InForce("payments");

        AssertSame(Theirs, here);
        Assert.Equal(Theirs.Retry.ShouldRetryAfterHeader, here.Retry.HonorRetryAfter);
        Assert.Equal(Theirs.CircuitBreaker.BreakDuration, here.CircuitBreaker.MaxRecoveryTimeout);
        Assert.True(here.ConcurrencyLimit.Enabled);
        Assert.Equal(Theirs.RateLimiter.DefaultRateLimiterOptions.QueueLimit, here.ConcurrencyLimit.QueueLimit);
    }

    [Fact]
    public void Each_setting_is_read_as_the_other_package_binds_it()
    {
        const string section = """
            {
              "RateLimiter": { "DefaultRateLimiterOptions": { "PermitLimit": 50, "QueueLimit": 7, "QueueProcessingOrder": "OldestFirst" } },
              "TotalRequestTimeout": { "Timeout": "00:00:20" },
              "Retry": {
                "MaxRetryAttempts": 5, "BackoffType": "Linear", "Delay": "00:00:00.5", "MaxDelay": "00:00:04",
                "UseJitter": false, "ShouldRetryAfterHeader": false
              },
              "CircuitBreaker": {
                "FailureRatio": 0.4, "MinimumThroughput": 33, "SamplingDuration": "00:01:00", "BreakDuration": "00:00:09"
              },
              "AttemptTimeout": { "Timeout": "00:00:03" }
            }
            """;
        var theirs = Bound<HttpStandardResilienceOptions>(section);
        using var app = App(section);
        var here = app.InForce("payments");

        AssertSame(theirs, here);
        Assert.Equal(theirs.Retry.MaxDelay, here.Retry.MaxDelay);
        Assert.Equal(theirs.Retry.ShouldRetryAfterHeader, here.Retry.HonorRetryAfter);
        Assert.Equal(theirs.RateLimiter.DefaultRateLimiterOptions.QueueLimit, here.ConcurrencyLimit.QueueLimit);
    }

    [Theory]
    [MemberData(nameof(StandardSections.MehrShaped), MemberType = typeof(StandardSections))]
    public void A_section_as_in_existing_apps_keeps_its_meaning(string section)
    {
        var theirs = Bound<HttpStandardResilienceOptions>(section);
        using var app = App(section);

        AssertSame(theirs, app.InForce("payments"));
    }

    [Fact]
    public void Every_value_of_the_other_options_is_read_or_refused()
    {
        Assert.Empty(Unread(Theirs, "").Concat(Unread(TheirHedging, "")));
    }

    /// <summary>The paths of values that configuration can set there, and that are neither taken nor refused here.</summary>
    private static void AssertSame(HttpStandardResilienceOptions theirs, ResilientHttpClientOptions here)
    {
        Assert.Equal(theirs.TotalRequestTimeout.Timeout, here.TotalTimeout);
        Assert.Equal(theirs.AttemptTimeout.Timeout, here.AttemptTimeout);
        Assert.Equal(theirs.Retry.MaxRetryAttempts, here.Retry.MaxRetries);
        Assert.Equal(theirs.Retry.Delay, here.Retry.BaseDelay);
        Assert.Equal(theirs.Retry.BackoffType.ToString(), here.Retry.Backoff.ToString());
        Assert.Equal(theirs.Retry.UseJitter, here.Retry.Jitter != HttpRetryJitter.None);
        Assert.Equal(theirs.CircuitBreaker.FailureRatio, here.CircuitBreaker.FailureRatio);
        Assert.Equal(theirs.CircuitBreaker.MinimumThroughput, here.CircuitBreaker.MinimumThroughput);
        Assert.Equal(theirs.CircuitBreaker.SamplingDuration, here.CircuitBreaker.SamplingWindow);
        Assert.Equal(theirs.CircuitBreaker.BreakDuration, here.CircuitBreaker.RecoveryTimeout);
        Assert.Equal(theirs.RateLimiter.DefaultRateLimiterOptions.PermitLimit, here.ConcurrencyLimit.Limit);
    }

    private static IEnumerable<string> Unread(object options, string prefix)
    {
        foreach (var property in options.GetType().GetProperties().Where(static property => property.CanWrite))
        {
            var (type, path) = (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, prefix + property.Name);
            if (type == typeof(string) || typeof(Delegate).IsAssignableFrom(type) || type.Name.StartsWith("CircuitBreaker", Ordinal))
            {
                continue; // a name for telemetry, or only for code
            }

            if (!type.IsValueType)
            {
                foreach (var below in Unread(property.GetValue(options)!, $"{path}:"))
                {
                    yield return below;
                }

                continue;
            }

            var text = Convert.ToString(property.GetValue(options) ?? TimeSpan.FromSeconds(9), CultureInfo.InvariantCulture);
            var values = new ConfigurationBuilder().AddInMemoryCollection([new($"Http:{path}", text), .. ShapeOf(path)]).Build();
            using var app = TestApp.With("{}", services => Register(services, values));
            if (Record.Exception(() => app.Client("payments")) is { } wrong)
            {
                yield return $"{path}: {wrong.Message}";
            }
        }
    }

    private static KeyValuePair<string, string?>[] ShapeOf(string path) =>
        path.StartsWith("Endpoint", Ordinal) ? [new("Http:Hedging:MaxHedgedAttempts", "1")] : [];

    private static T Bound<T>(string section) where T : new()
    {
        var options = new T();
        SettingsText.Read(section).Bind(options);
        return options;
    }
}
