using System.Globalization;

namespace Resilience.Http.Chaos.Gates;

/// <summary>
/// Hours of the week in a time zone. Asked with UTC and answered by the zone's own clock, so that a change to summer time moves it as
/// people expect.
/// </summary>
internal sealed class WeeklySchedule(HttpChaosScheduleOptions options)
{
    private readonly HashSet<DayOfWeek> _days = [.. options.Days.Count == 0 ? Enum.GetValues<DayOfWeek>() : options.Days];
    private readonly TimeOnly _from = options.From;
    private readonly TimeOnly _to = options.To;
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);

    public bool Includes(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, _zone).DateTime;
        var time = TimeOnly.FromDateTime(local);
        if (_from < _to)
        {
            return time >= _from && time < _to && _days.Contains(local.DayOfWeek);
        }

        return (time >= _from && _days.Contains(local.DayOfWeek)) || (time < _to && _days.Contains(local.AddDays(-1).DayOfWeek));
    }

    public override string ToString()
    {
        var days = _days.Count == 7 ? "every day" : string.Join(", ", _days.Order());
        return string.Create(CultureInfo.InvariantCulture, $"{days} {_from:HH:mm} to {_to:HH:mm} {_zone.Id}");
    }
}
