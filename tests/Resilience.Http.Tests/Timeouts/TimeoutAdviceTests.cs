namespace Resilience.Http.Tests.Timeouts;

/// <summary>The settings that the message of a timeout names: raising them must be allowed, and help.</summary>
public sealed class TimeoutAdviceTests
{
    [Theory]
    [InlineData(null, 5.0, "TotalTimeout")] // An attempt timeout that is not set is as long as a shorter total timeout.
    [InlineData(5.0, 5.0, "AttemptTimeout and TotalTimeout")] // Startup validation allows no longer one.
    [InlineData(5.0, 6.0, "AttemptTimeout")]
    public async Task A_timeout_names_the_settings_that_can_be_raised(double? attempt, double total, string settings)
    {
        using var world = new TimeoutWorld(options =>
        {
            options.TotalTimeout = TimeSpan.FromSeconds(total);
            if (attempt is { } seconds)
            {
                options.AttemptTimeout = TimeSpan.FromSeconds(seconds);
            }
        });

        var exception = await world.TimesOutAsync(world.Server(s => s.Hang()));

        Assert.Contains($"or raise {settings} if it may take that long.", exception.Message, StringComparison.Ordinal);
    }
}
