namespace Resilience.Http.Pipeline;

/// <summary>Where another send of an attempt would go. Without a source, it goes where the first one went.</summary>
internal sealed class NextTargets
{
    public INextTargetSource? Source { get; set; }

    public static NextTargets GetOrCreate(ServiceState service) => service.GetOrCreate(static _ => new NextTargets());

    public Uri? Find(AttemptContext attempt, long now) => Source is { } source ? source.FindNext(attempt, now) : attempt.Uri;
}
