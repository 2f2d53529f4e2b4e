using System.Globalization;
using Resilience.Http.Pipeline;

namespace Resilience.Http.ConcurrencyLimit;

/// <summary>A send that found no permit, and no place in the queue.</summary>
internal sealed record ConcurrencyRejection(
    string Service, string Authority, int InFlight, int Allowed, int Waiting, bool IsAdaptive, bool IsClosed = false)
    : LimitRejection(Service, Authority, HttpLimit.Concurrency, RetryAfter: null)
{
    public override string Reason
    {
        get
        {
            if (IsClosed)
            {
                return "the app was disposed, so no request waits for a permit of the concurrency limit any longer";
            }

            var limit = IsAdaptive ? "the adaptive ConcurrencyLimit allows at present" : "ConcurrencyLimit:Limit allows";
            var queue = Waiting > 0 ? $", and {Waiting} wait in its queue" : "";
            var inFlight = InFlight == 1 ? "1 request is" : string.Create(CultureInfo.InvariantCulture, $"{InFlight} requests are");
            return string.Create(CultureInfo.InvariantCulture, $"{inFlight} in flight and {limit} {Allowed}{queue}");
        }
    }
}
