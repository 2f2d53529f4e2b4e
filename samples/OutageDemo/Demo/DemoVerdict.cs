using OutageDemo.Downstreams;
using Resilience.Http;

namespace OutageDemo.Demo;

/// <summary>Judges whether the demo showed an outage and a slow service survived.</summary>
internal static class DemoVerdict
{
    private const string Settings = $"ResilientHttpClients:Clients:{DemoPlan.Service}";
    private const string BreakerSwitch = $"{Settings}:CircuitBreaker:Enabled";
    private const string LimitSwitch = $"{Settings}:ConcurrencyLimit:Enabled";

    /// <summary>What went wrong, one line each; empty if all went well.</summary>
    /// <param name="caller">What was counted at the API.</param>
    /// <param name="service">What was counted at payments.</param>
    /// <param name="charges">How many charges payments made.</param>
    /// <param name="circuit">What the circuit did.</param>
    /// <param name="limit">How many requests the concurrency limit allows in flight; <see langword="null"/> if there is none.</param>
    /// <param name="mostInFlight">The most requests that were in flight to payments at a time.</param>
    public static IEnumerable<string> Mistakes(
        Figures caller, ArrivalCounts service, int charges, CircuitDiary circuit, int? limit, int mostInFlight) =>
        [.. OfCircuit(caller, circuit), .. OfLimit(caller, limit, mostInFlight), .. OfSums(caller, service, charges)];

    private static IEnumerable<string> OfCircuit(Figures caller, CircuitDiary circuit)
    {
        if (circuit.State is not { } state)
        {
            yield return $"Payments has no circuit: its circuit breaker is disabled ({BreakerSwitch}).";
            yield break;
        }

        if (!circuit.Opened)
        {
            yield return "The circuit of payments never opened.";
        }

        if (caller.Refused == 0)
        {
            yield return "Nothing was refused: every attempt was sent to payments while it was down.";
        }

        if (!circuit.Tried)
        {
            yield return "No trial was made to find out whether payments was back.";
        }

        if (state != CircuitState.Closed)
        {
            yield return $"The circuit did not close after payments was back: it is {Timeline.Text(state)}.";
        }
        else if (circuit.Opened && !circuit.Closed)
        {
            yield return "The circuit closed, but not because its trials succeeded.";
        }
    }

    private static IEnumerable<string> OfLimit(Figures caller, int? limit, int mostInFlight)
    {
        if (limit is null)
        {
            yield return $"Payments has no concurrency limit: it is disabled ({LimitSwitch}).";
        }
        else if (mostInFlight > limit)
        {
            yield return $"{mostInFlight} requests were in flight to payments at a time, but its limit is {limit}.";
        }
        else if (caller.Limited == 0)
        {
            yield return "The concurrency limit rejected nothing while payments was slow.";
        }
    }

    private static IEnumerable<string> OfSums(Figures caller, ArrivalCounts service, int charges)
    {
        if (caller.Sent != service.Requests)
        {
            yield return $"The API sent {caller.Sent} requests to payments, but {service.Requests} arrived.";
        }

        if (caller.Retried != service.Repeats)
        {
            yield return $"The API sent {caller.Retried} retries, but payments counted {service.Repeats} repeats.";
        }

        if (caller.Succeeded + caller.Queued != charges)
        {
            yield return $"{caller.Succeeded} orders were charged at once and {caller.Queued} queued, but payments made {charges} charges.";
        }

        if (caller.Failed > 0)
        {
            yield return $"{caller.Failed} orders were lost: neither charged nor queued.";
        }

        if (caller.Orders != caller.Succeeded + caller.Queued + caller.Failed)
        {
            yield return $"{caller.Orders} orders were placed, but {caller.Succeeded + caller.Queued + caller.Failed} have ended.";
        }
    }
}
