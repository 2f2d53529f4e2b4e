using System.Runtime.CompilerServices;
using Resilience.Http;
using Resilience.Http.Requests;

namespace System.Net.Http;

/// <summary>
/// Settings of a single request, which override those of its client. They apply to every call that sends the request after they were set.
/// A client without the chain ignores them.
/// </summary>
public static class ResilienceRequestExtensions
{
    private const int LongestOperationName = 100;

    /// <summary>Sets the deadline of this request, which replaces <see cref="ResilientHttpClientOptions.TotalTimeout"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="timeout">
    /// The time from the start of the call to its response headers, including retries and waits: 1 ms to 24 hours, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for none. The <see cref="HttpClient.Timeout"/> of the client stays the outer limit.
    /// </param>
    /// <returns>The same request.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not in the allowed range.</exception>
    public static HttpRequestMessage WithTotalTimeout(this HttpRequestMessage request, TimeSpan timeout)
    {
        ThrowIfNotAllowed(timeout, "A total timeout");
        return Change(request, settings => settings with { TotalTimeout = timeout });
    }

    /// <summary>
    /// Sets the limit of each attempt of this request, which replaces <see cref="ResilientHttpClientOptions.AttemptTimeout"/>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="timeout">
    /// The time up to the response headers: 1 ms to 24 hours, or <see cref="Timeout.InfiniteTimeSpan"/> for none. The deadline of the call
    /// still applies.
    /// </param>
    /// <returns>The same request.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not in the allowed range.</exception>
    public static HttpRequestMessage WithAttemptTimeout(this HttpRequestMessage request, TimeSpan timeout)
    {
        ThrowIfNotAllowed(timeout, "An attempt timeout");
        return Change(request, settings => settings with { AttemptTimeout = timeout });
    }

    /// <summary>
    /// Declares that it is safe to send this request more than once, whatever its method. The retry options of the client still apply. A
    /// body that cannot be written again is copied, up to <see cref="HttpRetryOptions.MaxBufferedBody"/>. If both <see cref="AllowRetry"/>
    /// and <see cref="NoRetry"/> are called, the last call wins.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>The same request.</returns>
    public static HttpRequestMessage AllowRetry(this HttpRequestMessage request) =>
        Change(request, static settings => settings with { AllowRetry = true });

    /// <summary>
    /// Declares that this request must be sent only once. It is never repeated and never hedged, whatever its method and its outcome.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>The same request.</returns>
    public static HttpRequestMessage NoRetry(this HttpRequestMessage request) =>
        Change(request, static settings => settings with { AllowRetry = false });

    /// <summary>
    /// Declares that two sends of this request may overlap, whatever its method, because the server does the work once, or can safely do it
    /// twice at the same time. The hedging options of the client still apply. <see cref="NoRetry"/> takes precedence.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>The same request.</returns>
    /// <remarks>
    /// An Idempotency-Key is not enough, because many servers answer 409 to the second request while the first one is running. An
    /// idempotent method is not enough either: a slow PUT that lost the race may be applied after the next PUT.
    /// </remarks>
    public static HttpRequestMessage AllowHedging(this HttpRequestMessage request) =>
        Change(request, static settings => settings with { AllowHedging = true });

    /// <summary>
    /// Sets the name of the operation. It names the span of the call, and hedging measures the durations of each name separately.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="name">
    /// 1 to 100 characters, not only white space. Use a name for a kind of request, such as <c>capture payment</c>, and never a name that
    /// contains an ID.
    /// </param>
    /// <returns>The same request.</returns>
    /// <exception cref="ArgumentException">The name is empty, only white space, or longer than 100 characters.</exception>
    public static HttpRequestMessage WithOperationName(this HttpRequestMessage request, string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestOperationName)
        {
            ArgumentNullException.ThrowIfNull(name);
            throw new ArgumentException(
                $"An operation name has 1 to {LongestOperationName} characters and is not only white space, but this one is '{name}'.",
                nameof(name));
        }

        return Change(request, settings => settings with { OperationName = name });
    }

    private static HttpRequestMessage Change(HttpRequestMessage request, Func<RequestSettings, RequestSettings> change)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestSettings.Set(request, change(RequestSettings.Find(request)));
        return request;
    }

    private static void ThrowIfNotAllowed(
        TimeSpan timeout, string what, [CallerArgumentExpression(nameof(timeout))] string? parameter = null)
    {
        if (!TimeLimit.IsAllowed(timeout))
        {
            throw new ArgumentOutOfRangeException(
                parameter, timeout, $"{what} is 1 ms to 24 hours, or Timeout.InfiniteTimeSpan for none.");
        }
    }
}
