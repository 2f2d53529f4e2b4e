using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>The keys of <c>ResilientHttpChaos</c>.</summary>
internal static class HttpChaosOptionsKeys
{
    private static readonly OptionsSchema<HttpChaosScheduleOptions> Schedule = new OptionsSchema<HttpChaosScheduleOptions>()
        .Add(new ListKey<HttpChaosScheduleOptions, DayOfWeek>(
            nameof(HttpChaosScheduleOptions.Days), o => o.Days, (o, value) => o.Days = value, EnumFormat<DayOfWeek>.Instance,
            "The days.", empty: "all"))
        .Key(nameof(HttpChaosScheduleOptions.From), o => o.From, (o, value) => o.From = value, TimeOfDayKind.Instance,
            "When it begins.")
        .Key(nameof(HttpChaosScheduleOptions.To), o => o.To, (o, value) => o.To = value, TimeOfDayKind.Instance,
            "When it ends; earlier than From it means the next day, the same as From the whole day.")
        .Key(nameof(HttpChaosScheduleOptions.TimeZone), o => o.TimeZone, (o, value) => o.TimeZone = value, TimeZoneKind.Instance,
            "The time zone of days and hours.");

    public static readonly OptionsSchema<HttpChaosOptions> Keys = new OptionsSchema<HttpChaosOptions>()
        .Key(nameof(HttpChaosOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether faults are injected at all.")
        .Add(new ListKey<HttpChaosOptions, string>(
            nameof(HttpChaosOptions.AllowedEnvironments), o => o.AllowedEnvironments, (o, value) => o.AllowedEnvironments = value, PatternKind.Environment,
            "Where faults may be injected. Production opens by AllowInProduction() in code only.", empty: "none"))
        .Key(nameof(HttpChaosOptions.Until), o => o.Until, (o, value) => o.Until = value, new OptionalKind<DateTimeOffset>(InstantKind.Instance),
            "When the injection ends by itself. Needed outside of Development.")
        .Add(new OptionalSectionKey<HttpChaosOptions, HttpChaosScheduleOptions>(
            nameof(HttpChaosOptions.Schedule), o => o.Schedule, (o, value) => o.Schedule = value, Schedule,
            "The hours of the week in which faults may be injected."))
        .Key(nameof(HttpChaosOptions.DryRun), o => o.DryRun, (o, value) => o.DryRun = value, BooleanFormat.Instance,
            "Whether faults are only decided, counted and logged.")
        .Key(nameof(HttpChaosOptions.MaxActiveFaults), o => o.MaxActiveFaults, (o, value) => o.MaxActiveFaults = value, new OptionalKind<int>(new IntegerFormat(1, 1_000_000)),
            "How many calls of this process may be under a fault at once.")
        .CodeOnly(nameof(HttpChaosOptions.Chance), "Where chance comes from; one with a seed gives the same faults again.")
        .Add(new MapKey<HttpChaosOptions, HttpChaosClientOptions>(
            nameof(HttpChaosOptions.Clients), "{name}", o => o.Clients, HttpChaosClientOptionsKeys.Keys,
            "The faults of each client."));
}
