namespace Resilience.Http.Chaos.Injection;

internal static class InjectedFaultText
{
    public static string Text(this InjectedFault fault) => fault switch
    {
        InjectedFault.Latency => "latency",
        InjectedFault.Abort => "abort",
        InjectedFault.SlowBody => "slow-body",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
