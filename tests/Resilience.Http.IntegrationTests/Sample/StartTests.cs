using System.Net;
using System.Net.Sockets;

namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>If it cannot start, the sample says why in one line, without a stack trace.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("--Urls=http://127.0.0.1:{0}")]
    [InlineData("--ResilientHttpClients:Clients:payments:BaseAddress=http://127.0.0.1:{0}/")]
    public async Task A_port_in_use_is_named_with_the_way_out(string setting)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var sample = await SampleProcess.RunAsync(["--Urls=http://127.0.0.1:0", .. FreePorts, string.Format(null, setting, port)]);

        Assert.Equal(1, sample.ExitCode);
        Assert.Equal(
            $"Failed to bind to address http://127.0.0.1:{port}: address already in use. Is the sample already running? Choose other " +
            $"ports: dotnet run --project samples/WebApi -- --port 6080",
            sample.Errors.Trim());
        Assert.Empty(sample.Output);
    }

    [Fact]
    public async Task All_wrong_settings_are_reported_at_once()
    {
        var sample = await SampleProcess.RunAsync(
            [
                "--port",
                "0",
                "--ResilientHttpClients:Clients:payments:TotalTimeout=10",
                "--ResilientHttpClients:Clients:inventory:Retri:MaxRetries=1"
            ]);

        Assert.Equal(1, sample.ExitCode);
        Assert.Contains("ResilientHttpClients:Clients:payments:TotalTimeout", sample.Errors, StringComparison.Ordinal);
        Assert.Contains("ResilientHttpClients:Clients:inventory:Retri", sample.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", sample.Errors + sample.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port", "80x", "--port 80x is not valid")]
    [InlineData("--port", "65533", "--port 65533 is not valid")]
    [InlineData("--dmo", null, "'--dmo' is not a known option.")]
    [InlineData("demo", null, "'demo' is not a known option.")]
    public async Task A_wrong_option_is_named(string option, string? value, string message)
    {
        var sample = await SampleProcess.RunAsync(value is null ? [option] : [option, value]);

        Assert.Equal(1, sample.ExitCode);
        Assert.StartsWith(message, sample.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_the_options()
    {
        var sample = await SampleProcess.RunAsync(["--help"]);

        Assert.Equal(0, sample.ExitCode);
        Assert.Contains("--demo", sample.Output, StringComparison.Ordinal);
    }

    private static IEnumerable<string> FreePorts =>
        new[] { "inventory", "payments", "recommendations" }.Select(
            service => $"--ResilientHttpClients:Clients:{service}:BaseAddress=http://127.0.0.1:0/");
}
