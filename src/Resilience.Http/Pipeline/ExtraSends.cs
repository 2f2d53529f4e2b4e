namespace Resilience.Http.Pipeline;

/// <summary>The budget that the extra sends of one service share. Without one, they are not limited by it.</summary>
internal sealed class ExtraSends
{
    public IExtraSendBudget? Budget { get; set; }

    public static ExtraSends GetOrCreate(ServiceState service) => service.GetOrCreate(static _ => new ExtraSends());
}
