namespace Resilience.Http.ClientSettings;

/// <summary>Finds the endpoints behind a URI while the app runs, such as service discovery.</summary>
internal interface IEndpointSource
{
    /// <summary>What relative URIs are joined to if nothing else is set; <see langword="null"/> if there is no such address.</summary>
    Uri? BaseAddress { get; }

    /// <summary>The endpoints for a request.</summary>
    /// <param name="uri">The URI that the caller asked for.</param>
    /// <param name="cancellationToken">Ends the wait for a first answer. Later ones come from what is known.</param>
    /// <returns>The same object as long as nothing has changed; <see langword="null"/> if the URI is sent as it is.</returns>
    /// <exception cref="HttpRequestException">There are none.</exception>
    ValueTask<ResolvedEndpoints?> GetAsync(Uri uri, CancellationToken cancellationToken);
}
