namespace Resilience.Http.Pipeline;

/// <summary>
/// A handler that sends a request exactly as it is given: it adds no header, cookie, credential or certificate, and changes neither the URI
/// nor the request object. Stale answers rely on it, so only handlers of this package family carry it.
/// </summary>
internal interface ITransparentHandler;
