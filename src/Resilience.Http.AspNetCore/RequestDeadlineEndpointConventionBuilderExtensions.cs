using Resilience.Http;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Opts endpoints out of request deadlines.</summary>
public static class RequestDeadlineEndpointConventionBuilderExtensions
{
    /// <summary>
    /// Opts an endpoint out of <c>UseRequestDeadline</c>: it handles its requests without a deadline, even if they have the header.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The builder of one or more endpoints.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder DisableRequestDeadline<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(static endpoint => endpoint.Metadata.Add(new DisableRequestDeadlineAttribute()));
        return builder;
    }
}
