using System.Runtime.CompilerServices;
using Resilience.Http;
using Resilience.Http.Requests;

namespace System.Net.Http;

/// <summary>
/// Settings of a single request, over those of its resilient client. They count from the next call on that sends the request, and stay with
/// the request when it is sent again. Without a resilient client they mean nothing.
/// </summary>
public static class ResilienceRequestExtensions
{
    private const int LongestOperationName = 100;

    /// <summary>Gives this request a deadline of its own in place of <see cref="ResilientHttpClientOptions.TotalTimeout"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="timeout">
    /// From the start of the call to its response headers, retries and waits included: 1 ms to 24 hours, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for none. The <see cref="HttpClient.Timeout"/> of the client stays the outer bound.
    /// </param>
    /// <returns>The same request.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not in the allowed range.</exception>
    public static HttpRequestMessage WithTotalTimeout(this HttpRequestMessage request, TimeSpan timeout)
    {
        ThrowIfNotAllowed(timeout, "A total timeout");
        return Change(request, settings => settings with { TotalTimeout = timeout });
    }

    /// <summary>
    /// Gives each attempt of this request a limit of its own in place of <see cref="ResilientHttpClientOptions.AttemptTimeout"/>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="timeout">To the response headers: 1 ms to 24 hours, or <see cref="Timeout.InfiniteTimeSpan"/> for none. The deadline of
    /// the call still holds.</param>
    /// <returns>The same request.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not in the allowed range.</exception>
    public static HttpRequestMessage WithAttemptTimeout(this HttpRequestMessage request, TimeSpan timeout)
    {
        ThrowIfNotAllowed(timeout, "An attempt timeout");
        return Change(request, settings => settings with { AttemptTimeout = timeout });
    }

    /// <summary>
    /// Declares that this request may be sent more than once, whatever its method. The client's retry options decide the rest. A body that
    /// cannot be written again is kept up to <see cref="HttpRetryOptions.MaxBufferedBody"/>. The last call of <see cref="AllowRetry"/> and
    /// <see cref="NoRetry"/> counts.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>The same request.</returns>
    public static HttpRequestMessage AllowRetry(this HttpRequestMessage request) =>
        Change(request, static settings => settings with { AllowRetry = true });

    /// <summary>Declares that this request is to be sent once: never repeated, never hedged, whatever its method and its outcome.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The same request.</returns>
    public static HttpRequestMessage NoRetry(this HttpRequestMessage request) =>
        Change(request, static settings => settings with { AllowRetry = false });

    /// <summary>
    /// Declares that two sends of this request may overlap, whatever its method: the server does its work once, or does no harm by doing
    /// it twice at the same time. The client's hedging options decide the rest. <see cref="NoRetry"/> forbids it all the same.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>The same request.</returns>
    /// <remarks>
    /// An Idempotency-Key is not enough: many servers answer 409 to the second request while the first is running. Nor is an idempotent
    /// method: a slow PUT that lost may be applied after the next PUT.
    /// </remarks>
    public static HttpRequestMessage AllowHedging(this HttpRequestMessage request) =>
        Change(request, static settings => settings with { AllowHedging = true });

    /// <summary>
    /// Names what this request does: for the span of the call, and for hedging, which follows the durations of each name.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="name">
    /// 1 to 100 characters, not only white space: one of few names, such as <c>capture payment</c>, never one with an id in it.
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
