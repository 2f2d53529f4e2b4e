namespace Resilience.Http.Content;

/// <summary>How far the writing of a request body is, and who is waited for.</summary>
internal enum BodyPhase
{
    /// <summary>It is not being written yet.</summary>
    Untouched,

    /// <summary>Its own source is to give more.</summary>
    AwaitsSource,

    /// <summary>The connection is to take what was given, or has failed to.</summary>
    AwaitsConnection,

    /// <summary>All of it was written.</summary>
    Complete,

    /// <summary>It failed by itself.</summary>
    Failed,
}
