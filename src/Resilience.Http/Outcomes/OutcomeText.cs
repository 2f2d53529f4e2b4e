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

    public static string Of(Exception exception) => $"{exception.GetType().Name}: {exception.Message}";
}
