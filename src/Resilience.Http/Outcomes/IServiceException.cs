namespace Resilience.Http.Outcomes;

/// <summary>An exception of a resilient client. Seen from inside the chain of another client, it describes that other service.</summary>
internal interface IServiceException
{
    string ServiceName { get; }
}
