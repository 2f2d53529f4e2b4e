using System.Globalization;
using System.Net;

namespace Resilience.Http.Outcomes;

/// <summary>An outcome in few words, for messages and logs: <c>503 ServiceUnavailable</c>, <c>HttpRequestException: Connection refused</c>.</summary>
internal static class OutcomeText
{
    public static string Of(HttpStatusCode status) =>
        Enum.IsDefined(status)
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)status} {status}")
            : ((int)status).ToString(CultureInfo.InvariantCulture);

    /// <summary>Where HttpClient says no more than that an error occurred (of a cut connection, say), what lies at the bottom of it.</summary>
    public static string Of(Exception exception) => exception is HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: not null }
        ? $"{exception.GetType().Name}: {exception.GetBaseException().Message}"
        : $"{exception.GetType().Name}: {exception.Message}";
}
