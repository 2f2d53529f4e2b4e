namespace Resilience.Http;

/// <summary>
/// The hours of the week in which faults may be injected: from <see cref="From"/> to <see cref="To"/> on each of <see cref="Days"/>.
/// </summary>
public sealed class HttpChaosScheduleOptions
{
    /// <summary>The days.</summary>
    /// <value>Default: none, which means all seven.</value>
    public IList<DayOfWeek> Days { get; set; } = [];

    /// <summary>When it begins, as <c>09:00</c>; this minute is in.</summary>
    /// <value>Default: midnight.</value>
    public TimeOnly From { get; set; }

    /// <summary>
    /// When it ends, as <c>17:00</c>; this minute is out. Earlier than <see cref="From"/> it means the next day, and the day that counts is
    /// the one on which it began. The same as <see cref="From"/> means the whole day.
    /// </summary>
    /// <value>Default: midnight.</value>
    public TimeOnly To { get; set; }

    /// <summary>The time zone of days and hours, by its IANA or Windows name.</summary>
    /// <value>Default: <c>UTC</c>.</value>
    public string TimeZone { get; set; } = "UTC";
}
