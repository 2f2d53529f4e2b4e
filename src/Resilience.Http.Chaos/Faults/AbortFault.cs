using System.Globalization;
using System.Net;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Chaos.Faults;

/// <summary>A failure in place of sending the call: of one kind, since the settings were checked to name exactly one.</summary>
internal sealed class AbortFault
{
    private readonly HttpStatusCode? _status;
    private readonly double _percentage;

    private AbortFault(HttpChaosAbortOptions options)
    {
        _status = options.StatusCode;
        _percentage = options.Percentage;
        (Kind, Exception) = options switch
        {
            { Hang: true } => ("hang", null),
            { Reset: true } => ("reset", RealFailures.Reset),
            { ConnectionRefused: true } => ("connection refused", RealFailures.ConnectionRefused),
            { Exception: { } error } => (error.ToString(), request => RealFailures.Create(error, request)),
            _ => (OutcomeText.Format(options.StatusCode!.Value), (Func<HttpRequestMessage, Exception>?)null),
        };
        Hangs = options.Hang;
    }

    /// <summary>What it is, in a word or two.</summary>
    public string Kind { get; }

    /// <summary>Never answers.</summary>
    public bool Hangs { get; }

    /// <summary>Makes the exception that the call ends with; <see langword="null"/> if it ends with a response, or hangs.</summary>
    public Func<HttpRequestMessage, Exception>? Exception { get; }

    public static AbortFault? From(HttpChaosAbortOptions? options) => options is { Percentage: > 0 } ? new(options) : null;

    public AbortFault? Draw(Func<double> chance) => Percent.Strikes(_percentage, chance) ? this : null;

    /// <summary>The response of one call: a new one each time, since the caller disposes it.</summary>
    public HttpResponseMessage Answer(HttpRequestMessage request) =>
        new(_status!.Value) { RequestMessage = request, Version = request.Version };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"abort ({Kind}) on {_percentage} %");
}
