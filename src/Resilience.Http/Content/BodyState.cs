namespace Resilience.Http.Content;

/// <summary>What has happened to a request body, over all attempts of its call.</summary>
internal enum BodyState
{
    Untouched,
    BeingWritten,

    /// <summary>It was written to its end.</summary>
    Complete,

    /// <summary>It was cut: by the connection, or because it failed itself.</summary>
    Broken,

    /// <summary>A handler has taken its stream, which can be read once.</summary>
    Taken,
}
