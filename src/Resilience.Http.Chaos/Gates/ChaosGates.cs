using System.Globalization;

namespace Resilience.Http.Chaos.Gates;

/// <summary>
/// The gates of one set of options in one environment. Those that stay as they are until the next reload are asked once, those of the clock
/// at every call.
/// </summary>
internal sealed class ChaosGates
{
    private const string Development = "Development";
    private const string Production = "Production";

    private readonly string _environment;
    private readonly DateTimeOffset? _until;
    private readonly WeeklySchedule? _schedule;

    public ChaosGates(HttpChaosOptions options, string environment)
    {
        _environment = environment;
        _until = options.Until;
        _schedule = options.Schedule is { } schedule ? new WeeklySchedule(schedule) : null;
        Standing = Evaluate(options, environment);
    }

    /// <summary>The gate that is closed whatever the time.</summary>
    public ChaosGate Standing { get; }

    /// <summary>The gate that is closed at this time.</summary>
    public ChaosGate At(DateTimeOffset now)
    {
        if (Standing != ChaosGate.None)
        {
            return Standing;
        }

        if (now >= _until)
        {
            return ChaosGate.UntilPassed;
        }

        return _schedule?.Includes(now) == false ? ChaosGate.Schedule : ChaosGate.None;
    }

    /// <summary>Whether this environment is one in which faults may be injected, however the other gates stand.</summary>
    public static bool Allows(HttpChaosOptions options, string environment) => Evaluate(environment, options) == ChaosGate.None;

    /// <summary>Whether the end must be set in this environment.</summary>
    public static bool NeedsUntil(string environment) => !Is(environment, Development);

    /// <summary>Why a gate is closed, for messages.</summary>
    public string Words(ChaosGate gate) => gate switch
    {
        ChaosGate.Disabled => "ResilientHttpChaos:Enabled is false",
        ChaosGate.Environment => $"the environment '{_environment}' is not one of ResilientHttpChaos:AllowedEnvironments",
        ChaosGate.Production => $"the environment is '{_environment}' and AllowInProduction() was not called in code",
        ChaosGate.UntilMissing => "ResilientHttpChaos:Until is not set, which is allowed only in Development",
        ChaosGate.UntilPassed => string.Create(CultureInfo.InvariantCulture, $"ResilientHttpChaos:Until, {_until:u}, has passed"),
        ChaosGate.Schedule => $"the time is outside ResilientHttpChaos:Schedule, {_schedule}",
        _ => "all gates are open",
    };

    /// <summary>Until when faults are active, for the Warning at startup.</summary>
    public string End()
    {
        var end = _until is { } until ? string.Create(CultureInfo.InvariantCulture, $"until {until:u}") : "without an end";
        return _schedule is null ? end : $"{end}, {_schedule}";
    }

    private static ChaosGate Evaluate(HttpChaosOptions options, string environment)
    {
        if (!options.Enabled)
        {
            return ChaosGate.Disabled;
        }

        var here = Evaluate(environment, options);
        return here == ChaosGate.None && options.Until is null && NeedsUntil(environment) ? ChaosGate.UntilMissing : here;
    }

    private static ChaosGate Evaluate(string environment, HttpChaosOptions options)
    {
        if (Is(environment, Production))
        {
            return options.ProductionAllowed ? ChaosGate.None : ChaosGate.Production;
        }

        return options.AllowedEnvironments.Any(allowed => Is(environment, allowed)) ? ChaosGate.None : ChaosGate.Environment;
    }

    /// <summary>Environment names are compared as the host does.</summary>
    private static bool Is(string environment, string name) => string.Equals(environment, name, StringComparison.OrdinalIgnoreCase);
}
