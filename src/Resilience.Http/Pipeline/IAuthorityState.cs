namespace Resilience.Http.Pipeline;

/// <summary>What a feature keeps for one authority of a service.</summary>
internal interface IAuthorityState
{
    /// <summary>The authority, or <c>*</c> for all of them.</summary>
    string Authority { get; }

    /// <summary>
    /// Ends it if nothing would be lost: then it lets nothing through any more, and those that hold it ask the table again.
    /// </summary>
    bool TryRetire();
}
