using Resilience.Http.Chaos.Gates;

namespace Resilience.Http.Tests.Chaos.Faults;

public sealed class ChaosGatesTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero); // a Tuesday

    [Fact]
    public void Faults_are_injected_if_all_gates_are_open() => Assert.Equal(ChaosGate.None, At(Options(), "Development"));

    [Fact]
    public void The_gate_is_closed_if_chaos_is_not_enabled() =>
        Assert.Equal(ChaosGate.Disabled, At(Options(o => o.Enabled = false), "Development"));

    [Theory]
    [InlineData("Development", ChaosGate.None)]
    [InlineData("development", ChaosGate.None)]
    [InlineData("Staging", ChaosGate.None)]
    [InlineData("Live", ChaosGate.Environment)]
    [InlineData("", ChaosGate.Environment)]
    [InlineData("Production", ChaosGate.Production)]
    [InlineData("production", ChaosGate.Production)]
    internal void Only_the_allowed_environments_are_open(string environment, ChaosGate gate) =>
        Assert.Equal(gate, At(Options(o => o.Until = Noon.AddHours(1)), environment));

    [Fact]
    public void Production_is_closed_even_if_configuration_names_it() =>
        Assert.Equal(
            ChaosGate.Production, At(Options(o => (o.AllowedEnvironments, o.Until) = (["Production"], Noon.AddHours(1))), "Production"));

    [Fact]
    public void Code_opens_production() => Assert.Equal(ChaosGate.None, At(
        Options(o =>
        {
            o.Until = Noon.AddHours(1);
            o.AllowInProduction();
        }),
        "Production"));

    [Fact]
    public void Outside_of_development_an_end_is_needed() => Assert.Equal(ChaosGate.UntilMissing, At(Options(), "Staging"));

    [Fact]
    public void The_gate_closes_exactly_at_the_end_time()
    {
        var gates = new ChaosGates(Options(o => o.Until = Noon), "Development");

        Assert.Equal(ChaosGate.None, gates.At(Noon.AddTicks(-1)));
        Assert.Equal(ChaosGate.UntilPassed, gates.At(Noon));
    }

    [Theory]
    [InlineData("2030-01-01T08:59:59Z", false)]
    [InlineData("2030-01-01T09:00:00Z", true)]
    [InlineData("2030-01-01T16:59:59Z", true)]
    [InlineData("2030-01-01T17:00:00Z", false)]
    [InlineData("2030-01-02T12:00:00Z", false)] // a Wednesday
    public void The_gate_is_closed_outside_of_the_schedule(string time, bool open)
    {
        var gates = new ChaosGates(
            Options(o => o.Schedule = new() { Days = [DayOfWeek.Tuesday], From = new(9, 0), To = new(17, 0) }), "Development");

        Assert.Equal(open ? ChaosGate.None : ChaosGate.Schedule, gates.At(DateTimeOffset.Parse(time)));
    }

    [Theory]
    [InlineData("2030-01-01T21:59:59Z", false)]
    [InlineData("2030-01-01T22:00:00Z", true)]
    [InlineData("2030-01-02T05:59:59Z", true)] // Wednesday morning still belongs to Tuesday night
    [InlineData("2030-01-02T06:00:00Z", false)]
    [InlineData("2030-01-01T03:00:00Z", false)] // Tuesday morning belongs to Monday night
    public void A_schedule_over_midnight_belongs_to_the_day_on_which_it_began(string time, bool open)
    {
        var schedule = new WeeklySchedule(new() { Days = [DayOfWeek.Tuesday], From = new(22, 0), To = new(6, 0) });

        Assert.Equal(open, schedule.Includes(DateTimeOffset.Parse(time)));
    }

    [Theory]
    [InlineData("2030-01-01T08:00:00Z", true)]  // 09:00 in winter
    [InlineData("2030-01-01T07:59:00Z", false)]
    [InlineData("2030-07-02T07:00:00Z", true)]  // 09:00 in summer
    [InlineData("2030-07-02T06:59:00Z", false)]
    public void A_schedule_follows_the_clock_of_its_zone(string time, bool open)
    {
        var schedule = new WeeklySchedule(
            new() { Days = [DayOfWeek.Tuesday], From = new(9, 0), To = new(17, 0), TimeZone = "Europe/Berlin" });

        Assert.Equal(open, schedule.Includes(DateTimeOffset.Parse(time)));
    }

    [Theory]
    [InlineData("2030-01-01T09:00:00Z", true)]
    [InlineData("2030-01-02T08:59:00Z", true)]
    [InlineData("2030-01-02T09:00:00Z", false)]
    public void The_same_time_twice_means_the_whole_day(string time, bool open)
    {
        var schedule = new WeeklySchedule(new() { Days = [DayOfWeek.Tuesday], From = new(9, 0), To = new(9, 0) });

        Assert.Equal(open, schedule.Includes(DateTimeOffset.Parse(time)));
    }

    [Fact]
    public void Every_closed_gate_says_what_opens_it()
    {
        var gates = new ChaosGates(Options(o => (o.Until, o.Schedule) = (Noon, new() { From = new(9, 0), To = new(17, 0) })), "Staging");

        foreach (var gate in Enum.GetValues<ChaosGate>().Where(gate => gate != ChaosGate.None))
        {
            Assert.NotEqual(gates.Words(ChaosGate.None), gates.Words(gate));
        }

        Assert.Equal("until 2030-01-01 12:00:00Z, every day 09:00 to 17:00 UTC", gates.End());
    }

    private static ChaosGate At(HttpChaosOptions options, string environment) => new ChaosGates(options, environment).At(Noon);

    private static HttpChaosOptions Options(Action<HttpChaosOptions>? change = null)
    {
        var options = new HttpChaosOptions { Enabled = true };
        change?.Invoke(options);
        return options;
    }
}
