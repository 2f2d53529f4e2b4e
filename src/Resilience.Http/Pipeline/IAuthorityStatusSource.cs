namespace Resilience.Http.Pipeline;

/// <summary>
/// What a feature knows about an authority before anything is sent to it, for the features that choose where to send, or whether to send
/// more. Asking takes nothing and makes nothing, so the answer may be outdated when the send arrives.
/// </summary>
internal interface IAuthorityStatusSource
{
    /// <summary>Whether a send that begins now is let through.</summary>
    AuthorityAdmission GetAdmission(Uri uri, long now) => AuthorityAdmission.Open;

    /// <summary>The share of failures among the recent results; 0 if there are none.</summary>
    double GetFailureRatio(Uri uri, long now) => 0;

    /// <summary>How much of what is allowed is in use: 0 is nothing, 1 is all.</summary>
    double GetUtilization(Uri uri) => 0;

    /// <summary>Forgets an authority that is no longer used.</summary>
    /// <returns>Whether nothing of it is left; <see langword="false"/> while something is in flight.</returns>
    bool TryForget(string authority) => true;
}
