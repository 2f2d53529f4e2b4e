using System.Net.Http.Headers;
using Resilience.Http.Grpc;
using Resilience.Http.Requests;

namespace Resilience.Http.Deadlines;

/// <summary>
/// The deadline field that the caller's own request has, if any. The chain writes over it for each send and never makes it longer, and
/// puts it back afterwards: a request that is sent again must not carry what was left at an earlier send.
/// </summary>
internal sealed class CallerDeadline
{
    private HeaderStringValues _values;
    private bool _isGrpc;
    private bool _isAbsent;

    /// <summary>The field; <see langword="null"/> if it was not noted.</summary>
    public string? Name { get; private set; }

    /// <summary>The timestamp that it stands for, counted from the start of the call; never if it says nothing.</summary>
    public long ExpiresAt { get; private set; } = Timestamps.Never;

    /// <summary>Notes the field as the caller has set it. Only the first call counts until <see cref="Clear"/>.</summary>
    public void Note(HttpRequestMessage request, string name, bool isGrpc, TimeProvider clock, long startedAt)
    {
        if (Name is not null)
        {
            return;
        }

        (Name, _isGrpc) = (isGrpc ? GrpcHeaders.Timeout : name, isGrpc);
        _isAbsent = !request.Headers.NonValidated.TryGetValues(Name, out _values);
        if (!_isAbsent && Shortest() is { } remaining)
        {
            ExpiresAt = clock.After(startedAt, remaining);
        }
    }

    /// <summary>Writes the field for one send.</summary>
    public void Overwrite(HttpRequestMessage request, TimeSpan remaining)
    {
        if (!_isAbsent)
        {
            request.Headers.Remove(Name!);
        }

        _isAbsent = false; // Known of the first send only: a later one may be a copy of it.
        request.Headers.TryAddWithoutValidation(Name!, DeadlineField.Format(DeadlineField.Milliseconds(remaining), _isGrpc));
    }

    /// <summary>Puts the field back as it was.</summary>
    public void Restore(HttpRequestMessage request)
    {
        request.Headers.Remove(Name!);
        if (_values.Count > 0)
        {
            request.Headers.TryAddWithoutValidation(Name!, _values);
        }
    }

    public void Clear()
    {
        if (Name is not null)
        {
            (Name, _values, ExpiresAt) = (null, default, Timestamps.Never);
        }
    }

    private TimeSpan? Shortest()
    {
        TimeSpan? shortest = null;
        foreach (var value in _values)
        {
            var remaining = _isGrpc ? GrpcHeaders.ParseTimeout(value.Trim()) : DeadlineField.Parse(value);
            shortest = shortest < remaining ? shortest : remaining ?? shortest;
        }

        return shortest;
    }
}
