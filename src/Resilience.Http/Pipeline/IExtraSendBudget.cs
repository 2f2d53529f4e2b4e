namespace Resilience.Http.Pipeline;

/// <summary>What a service may spend on sends beyond the first of each call, whichever feature sends them.</summary>
internal interface IExtraSendBudget
{
    /// <summary>Takes one extra send for a call.</summary>
    bool TryTake(CallContext call);

    /// <summary>Gives back what was taken for an extra send that succeeded or was not sent.</summary>
    void GiveBack(CallContext call);
}
