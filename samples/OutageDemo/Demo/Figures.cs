namespace OutageDemo.Demo;

/// <summary>What was counted up to one moment.</summary>
internal readonly record struct Figures(int Orders, int Sent, int Retried, int Refused, int Limited, int Succeeded, int Queued, int Failed)
{
    public static Figures operator -(Figures now, Figures before) => new(
        now.Orders - before.Orders,
        now.Sent - before.Sent,
        now.Retried - before.Retried,
        now.Refused - before.Refused,
        now.Limited - before.Limited,
        now.Succeeded - before.Succeeded,
        now.Queued - before.Queued,
        now.Failed - before.Failed);
}
