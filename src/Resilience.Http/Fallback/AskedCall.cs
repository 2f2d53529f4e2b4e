namespace Resilience.Http.Fallback;

/// <summary>
/// What the caller asked, noted before the first attempt: redirects and inner handlers change the request, and a POST that became a GET on
/// its way is none.
/// </summary>
/// <param name="Method">The caller's method.</param>
/// <param name="Key">What a good answer is kept under; <see langword="null"/> where none is.</param>
internal readonly record struct AskedCall(HttpMethod Method, StaleKey? Key)
{
    public static AskedCall Of(HttpRequestMessage request, HttpFallbackOptions options) => new(request.Method, StaleKey.Of(request, options));
}
