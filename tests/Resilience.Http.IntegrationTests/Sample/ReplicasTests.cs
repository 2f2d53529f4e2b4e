namespace Resilience.Http.IntegrationTests.Sample;

/// <summary><c>--replicas 3</c>: a fleet of replicas of the sample.</summary>
public sealed class ReplicasTests
{
    [Fact]
    public async Task The_replicas_share_an_outage_and_ignore_a_cut_network()
    {
        var sample = await SampleProcess.RunAsync(["--replicas", "3", "--port", "0"]);

        Assert.True(sample.ExitCode == 0, sample.Output + sample.Errors);
        Assert.Empty(sample.Errors);
        Assert.Matches("replica 3: closed -> OPEN: [23] of 3 replicas with traffic hold it open", sample.Output);
        Assert.Contains("trials of the fleet succeeded", sample.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("many")]
    public async Task A_wrong_number_of_replicas_is_refused(string number)
    {
        var sample = await SampleProcess.RunAsync(["--replicas", number]);

        Assert.Equal(1, sample.ExitCode);
        Assert.Equal($"--replicas {number} is not valid: give a number from 3 to 9.", sample.Errors.Trim());
    }
}
