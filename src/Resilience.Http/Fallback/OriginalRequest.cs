namespace Resilience.Http.Fallback;

/// <summary>
/// What the caller asked, noted before the first attempt: redirects and inner handlers change the request, and a POST that became a GET on
/// its way is not one.
/// </summary>
/// <param name="Method">The caller's method.</param>
/// <param name="Stale">What stale answers need to know; <see langword="null"/> if they are off.</param>
internal readonly record struct OriginalRequest(HttpMethod Method, StaleCall? Stale);
