namespace Resilience.Http;

/// <summary>
/// The hours of the week in which faults may be injected: from <see cref="From"/> to <see cref="To"/> on each of <see cref="Days"/>.
/// </summary>
public sealed class HttpChaosScheduleOptions
{
    /// <summary>The days.</summary>
    /// <value>Default: none, which means all seven.</value>
    public IList<DayOfWeek> Days { get; set; } = [];

    /// <summary>The start, such as <c>09:00</c>, inclusive.</summary>
    /// <value>Default: midnight.</value>
    public TimeOnly From { get; set; }

    /// <summary>
    /// The end, such as <c>17:00</c>, exclusive. If it is earlier than <see cref="From"/>, it means the next day, and <see cref="Days"/>
    /// applies to the day of the start. If it equals <see cref="From"/>, it means the whole day.
    /// </summary>
    /// <value>Default: midnight.</value>
    public TimeOnly To { get; set; }

    /// <summary>The time zone of days and hours, by its IANA or Windows name.</summary>
    /// <value>Default: <c>UTC</c>.</value>
    public string TimeZone { get; set; } = "UTC";
}
