using System.Buffers;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Endpoints;

/// <summary>Chooses the endpoint of a send from what is known of all of them.</summary>
/// <param name="admission">Whether an endpoint lets a send through at a time.</param>
/// <param name="clock">The clock of the timestamps.</param>
/// <param name="chance">Numbers from 0 to below 1.</param>
internal sealed class EndpointSelector(Func<Endpoint, long, AuthorityAdmission> admission, TimeProvider clock, Func<double> chance)
{
    /// <summary>After a shorter time without sends, what was measured before still holds.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(1);

    private readonly long _ticks = Milliseconds.TicksOf(clock);

    /// <summary>The endpoint of a send.</summary>
    /// <param name="list">The endpoints.</param>
    /// <param name="send">What is known about the send.</param>
    public Choice Choose(EndpointList list, in EndpointQuestion send)
    {
        if (!list.IsTroubled && send.IsFirst)
        {
            var endpoint = TwoChoices.Choose(list.First, Milliseconds.From(send.Now, _ticks), list.Points, chance);
            if (admission(endpoint, send.Now).State == AdmissionState.Open)
            {
                return new(endpoint, AdmissionState.Open);
            }
        }

        return ChooseByAdmission(list, send);
    }

    /// <summary>Whether another endpoint lets a send through, and not only trials.</summary>
    /// <param name="list">The endpoints.</param>
    /// <param name="than">The one that is not meant.</param>
    /// <param name="now">Timestamp of the send.</param>
    /// <param name="tried">Those that are not meant either.</param>
    public bool HasAnother(EndpointList list, Endpoint than, long now, TriedEndpoints? tried = null)
    {
        foreach (var endpoint in list.All)
        {
            if (!ReferenceEquals(endpoint.State, than.State)
                && tried?.Contains(endpoint.State) != true
                && admission(endpoint, now).State == AdmissionState.Open)
            {
                return true;
            }
        }

        return false;
    }

    private Choice ChooseByAdmission(EndpointList list, in EndpointQuestion send)
    {
        var admissions = ArrayPool<AuthorityAdmission>.Shared.Rent(list.All.Length);
        var candidates = ArrayPool<Endpoint>.Shared.Rent(list.All.Length);
        try
        {
            Look(list, send.Now, admissions);
            var choice = new Candidates(list, admissions, candidates, send);
            var endpoint = Choose(choice, list, send) ?? Earliest(list, admissions);
            return new(endpoint, admissions[list.All.IndexOf(endpoint)].State);
        }
        finally
        {
            ArrayPool<AuthorityAdmission>.Shared.Return(admissions);
            ArrayPool<Endpoint>.Shared.Return(candidates, clearArray: true);
        }
    }

    /// <summary>
    /// While another endpoint lets sends through, a trial is for a first send that may be repeated elsewhere, or for any if the circuit has
    /// waited long enough for one. A later send goes where nothing was tried, and to a trial only if nothing else is left.
    /// </summary>
    private Endpoint? Choose(in Candidates among, EndpointList list, in EndpointQuestion send)
    {
        foreach (var group in list.Groups)
        {
            var found = send.Tried.Count == 0 ? among.Trials(group, overdueOnly: !send.MayRepeat) : [];
            found = found.IsEmpty ? among.Open(group, tried: false) : found;
            if (!found.IsEmpty)
            {
                return TwoChoices.Choose(found, Milliseconds.From(send.Now, _ticks), list.Points, chance);
            }
        }

        foreach (var tried in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var group in list.Groups)
            {
                var found = tried ? among.Open(group, tried: true) : among.LastTrials(group);
                if (!found.IsEmpty)
                {
                    return TwoChoices.Choose(found, Milliseconds.From(send.Now, _ticks), list.Points, chance);
                }
            }
        }

        return among.AnyTrial(list.All.Length) is [var trial, ..] ? trial : null;
    }

    /// <summary>Asks all endpoints. One that is back after an outage begins with the latency of the others.</summary>
    private void Look(EndpointList list, long now, AuthorityAdmission[] admissions)
    {
        var troubled = false;
        for (var i = 0; i < list.All.Length; i++)
        {
            var endpoint = list.All[i];
            admissions[i] = admission(endpoint, now);
            if (admissions[i].State != AdmissionState.Open)
            {
                troubled = true;
                endpoint.State.Blocked(now);
            }
            else if (endpoint.State.Opened() is { } since && clock.GetElapsedTime(since, now) >= Outage)
            {
                endpoint.State.Restart(list.MeanLatency(Milliseconds.From(now, _ticks), without: endpoint), Milliseconds.From(now, _ticks));
            }
        }

        list.IsTroubled = troubled;
    }

    /// <summary>None lets the send through: the one that does so first says why and for how long.</summary>
    private static Endpoint Earliest(EndpointList list, AuthorityAdmission[] admissions)
    {
        var earliest = 0;
        for (var i = 1; i < list.All.Length; i++)
        {
            earliest = admissions[i].RefusesUntil < admissions[earliest].RefusesUntil ? i : earliest;
        }

        return list.All[earliest];
    }

    /// <summary>The endpoints that a send may go to, by what they let through.</summary>
    private readonly ref struct Candidates(
        EndpointList list, AuthorityAdmission[] admissions, Endpoint[] found, in EndpointQuestion send)
    {
        private readonly EndpointQuestion _send = send;

        public ReadOnlySpan<Endpoint> Open(Range group, bool tried) => Find(group, AdmissionState.Open, tried);

        /// <summary>Those that wait for a trial and that the call has not been sent to.</summary>
        public ReadOnlySpan<Endpoint> Trials(Range group, bool overdueOnly) =>
            Find(group, AdmissionState.Trial, tried: false, overdueOnly);

        /// <summary>The same for a send that has nowhere else to go, or that may be repeated.</summary>
        public ReadOnlySpan<Endpoint> LastTrials(Range group) => _send.MayRepeat || !AnyOpen() ? Trials(group, overdueOnly: false) : [];

        public ReadOnlySpan<Endpoint> AnyTrial(int count) => Find(..count, AdmissionState.Trial, tried: true);

        private bool AnyOpen() => !Open(.., tried: true).IsEmpty;

        private ReadOnlySpan<Endpoint> Find(Range group, AdmissionState state, bool tried, bool overdueOnly = false)
        {
            var (start, length) = group.GetOffsetAndLength(list.All.Length);
            var count = 0;
            for (var i = start; i < start + length; i++)
            {
                var endpoint = list.All[i];
                if (admissions[i].State == state
                    && (!overdueOnly || admissions[i].TrialOverdueAt <= _send.Now)
                    && _send.Tried.Contains(endpoint.State) == tried
                    && !_send.Refused.Contains(endpoint))
                {
                    found[count++] = endpoint;
                }
            }

            return found.AsSpan(0, count);
        }
    }
}
