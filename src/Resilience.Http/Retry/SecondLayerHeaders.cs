using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Retry;

/// <summary>Looks for headers by which a library says that it repeats calls too. One is reported once for a service.</summary>
internal sealed class SecondLayerHeaders(ServiceState service)
{
    private const string Aws = "amz-sdk-request";
    private const string Kiota = "Retry-Attempt";
    private const string Grpc = "grpc-previous-rpc-attempts";

    private readonly ILogger _log = service.Host.CreateLogger(RetryLog.Category);
    private bool _isReported;

    /// <summary>Looks at what the caller sends; only the chain's own attempts make a second layer of it.</summary>
    public static void Look(CallContext context)
    {
        if (context.Options.Retry is not { Enabled: true, MaxRetries: > 0 and var retries })
        {
            return;
        }

        foreach (var (name, values) in context.Sent.RequestHeaders)
        {
            if (IsKnown(name))
            {
                context.Service.GetOrCreate(static service => new SecondLayerHeaders(service)).Report(name, values, retries + 1);
            }
        }
    }

    private void Report(string header, HeaderStringValues values, int attempts)
    {
        if (!Volatile.Read(ref _isReported)
            && LayerOf(header, values) is { } layer
            && !Interlocked.Exchange(ref _isReported, true))
        {
            _log.SecondLayer(DiagnosticIds.SecondLayer, ServiceText.Format(service.Name), header, layer, attempts);
        }
    }

    /// <summary>The length first: it is all that nearly every header of every call is asked for.</summary>
    private static bool IsKnown(string name) =>
        name.Length is 13 or 15 or 26
        && (name.Equals(Aws, StringComparison.OrdinalIgnoreCase)
            || name.Equals(Kiota, StringComparison.OrdinalIgnoreCase)
            || name.Equals(Grpc, StringComparison.OrdinalIgnoreCase));

    /// <summary>Who sends the header; <see langword="null"/> if it is another's, or says that nothing is repeated.</summary>
    private static string? LayerOf(string name, HeaderStringValues values) => name switch
    {
        _ when name.Equals(Aws, StringComparison.OrdinalIgnoreCase) => OfAws(values.ToString()),
        _ when name.Equals(Kiota, StringComparison.OrdinalIgnoreCase) => "the RetryHandler of Kiota",
        _ when name.Equals(Grpc, StringComparison.OrdinalIgnoreCase) => "a retry policy of gRPC",
        _ => null,
    };

    /// <summary><c>attempt=1; max=3</c>: sent with the first attempt too.</summary>
    private static string? OfAws(string value)
    {
        var max = value.IndexOf("max=", StringComparison.Ordinal) is >= 0 and var at
            && int.TryParse(value.AsSpan(at + 4).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var attempts)
                ? attempts
                : (int?)null;
        return max switch
        {
            1 => null,
            { } known => string.Create(CultureInfo.InvariantCulture, $"the AWS SDK, with up to {known} attempts"),
            null => "the AWS SDK",
        };
    }
}
