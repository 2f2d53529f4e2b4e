using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http;
using Resilience.Http.AspNetCore;
using Resilience.Http.Requests;
using Resilience.Http.Settings;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the middleware that gives incoming requests a deadline.</summary>
public static class RequestDeadlineApplicationBuilderExtensions
{
    /// <summary>
    /// Reads the deadline of each request from its header <c>X-Deadline-Ms</c> or <c>grpc-timeout</c>. While the request is handled, each
    /// call of a resilient client gets the shorter of its own total timeout and the rest of the deadline. A call never gets more time.
    /// </summary>
    /// <remarks>
    /// Add it before the endpoints. If the app calls <c>UseRouting()</c> itself, call this after it. Otherwise endpoints cannot opt out.
    /// </remarks>
    /// <param name="app">The app.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The same app.</returns>
    /// <exception cref="ArgumentException">An option is not in its allowed range.</exception>
    public static IApplicationBuilder UseRequestDeadline(this IApplicationBuilder app, Action<RequestDeadlineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = new RequestDeadlineOptions();
        configure?.Invoke(options);
        ThrowIfInvalid(options);
        var services = app.ApplicationServices;
        var fields = new DeadlineFields(
            options.Header, options.Maximum, new DeadlineMetrics(services.GetService<IMeterFactory>()));
        var clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        return app.Use(next => new RequestDeadlineMiddleware(next, fields, clock).InvokeAsync);
    }

    private static void ThrowIfInvalid(RequestDeadlineOptions options)
    {
        if (!TimeLimit.IsAllowed(options.Maximum))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Maximum, "Maximum must be 1 ms to 24 hours, or Timeout.InfiniteTimeSpan for none.");
        }

        if (!HeaderNameFormat.IsName(options.Header))
        {
            throw new ArgumentException($"Header must be the name of a request header, but is '{options.Header}'.", nameof(options));
        }
    }
}
