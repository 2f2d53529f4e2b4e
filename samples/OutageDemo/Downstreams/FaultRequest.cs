using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace OutageDemo.Downstreams;

/// <summary>The body of <c>POST /downstreams/{service}/fault</c>.</summary>
// Public: validation sees only public types.
public sealed record FaultRequest(
    [property: Description("ok, down, stopped, flaky, slow, hang, reset, throttled or stall.")] string Fault,
    [property: Description("flaky: the share of requests that get 503."), Range(0, 1)] double? Share = null,
    [property: Description("slow: how late the answer comes."), Range(0, 600)] double? DelaySeconds = null,
    [property: Description("throttled: the Retry-After."), Range(0, 600)] int? RetryAfterSeconds = null)
{
    /// <summary>All faults as they are written: <c>ok, down, ...</c></summary>
    internal static string Names { get; } = string.Join(", ", Enum.GetNames<Fault>()).ToLowerInvariant();

    /// <summary>The setting asked for, or <see langword="null"/> if <see cref="Fault"/> is unknown.</summary>
    internal FaultSetting? ToSetting()
    {
        foreach (var fault in Enum.GetValues<Fault>())
        {
            if (string.Equals(fault.ToString(), Fault, StringComparison.OrdinalIgnoreCase))
            {
                var setting = new FaultSetting(fault);
                return setting with
                {
                    Share = Share ?? setting.Share,
                    Delay = DelaySeconds is { } delay ? TimeSpan.FromSeconds(delay) : setting.Delay,
                    RetryAfter = RetryAfterSeconds is { } wait ? TimeSpan.FromSeconds(wait) : setting.RetryAfter,
                };
            }
        }

        return null;
    }
}
