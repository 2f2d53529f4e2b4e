using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>The keys of <c>ResilientHttpChaos</c>.</summary>
internal static class HttpChaosOptionsKeys
{
    private static readonly OptionsSchema<HttpChaosScheduleOptions> Schedule = new OptionsSchema<HttpChaosScheduleOptions>()
        .Add(new ListKey<HttpChaosScheduleOptions, DayOfWeek>(
            nameof(HttpChaosScheduleOptions.Days), o => o.Days, (o, value) => o.Days = value, EnumFormat<DayOfWeek>.Instance,
            "The days.", empty: "all"))
        .Key(nameof(HttpChaosScheduleOptions.From), o => o.From, (o, value) => o.From = value, TimeOfDayFormat.Instance,
            "The start.")
        .Key(nameof(HttpChaosScheduleOptions.To), o => o.To, (o, value) => o.To = value, TimeOfDayFormat.Instance,
            "The end; earlier than From means the next day, equal to From means the whole day.")
        .Key(nameof(HttpChaosScheduleOptions.TimeZone), o => o.TimeZone, (o, value) => o.TimeZone = value, TimeZoneFormat.Instance,
            "The time zone of Days, From and To.");

    public static readonly OptionsSchema<HttpChaosOptions> Keys = new OptionsSchema<HttpChaosOptions>()
        .Key(nameof(HttpChaosOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Turns fault injection on.")
        .Add(new ListKey<HttpChaosOptions, string>(
            nameof(HttpChaosOptions.AllowedEnvironments),
            o => o.AllowedEnvironments,
            (o, value) => o.AllowedEnvironments = value,
            PatternFormat.Environment,
            "The environments in which faults are injected. Production can be allowed only in code, with AllowInProduction().",
            empty: "none"))
        .Key(
            nameof(HttpChaosOptions.Until),
            o => o.Until,
            (o, value) => o.Until = value,
            new OptionalFormat<DateTimeOffset>(InstantFormat.Instance, "none"),
            "The end of fault injection. Required outside Development.")
        .Add(new OptionalSectionKey<HttpChaosOptions, HttpChaosScheduleOptions>(
            nameof(HttpChaosOptions.Schedule), o => o.Schedule, (o, value) => o.Schedule = value, Schedule,
            "The hours of the week in which faults are injected."))
        .Key(nameof(HttpChaosOptions.DryRun), o => o.DryRun, (o, value) => o.DryRun = value, BooleanFormat.Instance,
            "Counts and logs faults without injecting them.")
        .Key(
            nameof(HttpChaosOptions.MaxActiveFaults),
            o => o.MaxActiveFaults,
            (o, value) => o.MaxActiveFaults = value,
            new OptionalFormat<int>(new IntegerFormat(1, 1_000_000), "none"),
            "The most requests of this process with an active fault at the same time.")
        .CodeOnly(nameof(HttpChaosOptions.Chance), "The source of random numbers; a seeded source repeats the same faults.")
        .Add(new MapKey<HttpChaosOptions, HttpChaosClientOptions>(
            nameof(HttpChaosOptions.Clients), "{name}", o => o.Clients, HttpChaosClientOptionsKeys.Keys,
            "The faults of each client."));
}
