using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

internal static class HttpRateLimitOptionsKeys
{
    private const int Million = 1_000_000;
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ShortestShared = TimeSpan.FromSeconds(1);

    public static readonly OptionsSchema<HttpRateLimitOptions> Keys = new OptionsSchema<HttpRateLimitOptions>()
        .Key(nameof(HttpRateLimitOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether there is a rate limit.")
        .Key(nameof(HttpRateLimitOptions.Permits), o => o.Permits, (o, value) => o.Permits = value, Count("none"),
            "How many requests may be sent in the time Per. Without it, only FollowServer sets a limit.")
        .Key(nameof(HttpRateLimitOptions.Per), o => o.Per, (o, value) => o.Per = value, DurationFormat.From(Millisecond),
            "The time in which Permits requests may be sent.")
        .Key(nameof(HttpRateLimitOptions.Burst), o => o.Burst, (o, value) => o.Burst = value, Count("Permits"),
            "How many requests may be sent at once after a pause.")
        .Key(nameof(HttpRateLimitOptions.QueueLimit), o => o.QueueLimit, (o, value) => o.QueueLimit = value, new IntegerFormat(0, Million),
            "How many requests may wait for their turn.")
        .Key(nameof(HttpRateLimitOptions.Scope), o => o.Scope, (o, value) => o.Scope = value, EnumFormat<HttpRateLimitScope>.Instance,
            "Whether the whole client has one rate, or each authority has its own, or all replicas have one together.")
        .Key(
            nameof(HttpRateLimitOptions.FollowServer),
            o => o.FollowServer,
            (o, value) => o.FollowServer = value,
            BooleanFormat.Instance,
            "Whether all calls to an authority wait when one of its responses asks for it.")
        .Key(
            nameof(HttpRateLimitOptions.MaxServerWait),
            o => o.MaxServerWait,
            (o, value) => o.MaxServerWait = value,
            DurationFormat.From(Millisecond),
            "The longest wait that a response can impose on other calls.")
        .Key(
            nameof(HttpRateLimitOptions.RemainingHeader),
            o => o.RemainingHeader,
            (o, value) => o.RemainingHeader = value,
            new FieldNameFormat("X-RateLimit-Remaining"),
            "The name of a response header that holds how many requests are left.")
        .Key(
            nameof(HttpRateLimitOptions.ResetHeader),
            o => o.ResetHeader,
            (o, value) => o.ResetHeader = value,
            new FieldNameFormat("X-RateLimit-Reset"),
            "The name of a response header that holds when more requests are allowed, in seconds or as Unix time.")
        .Key(nameof(HttpRateLimitOptions.Rejection), o => o.Rejection, (o, value) => o.Rejection = value,
            EnumFormat<HttpRejection>.Instance,
            "Whether a rejected call gets an exception or a 429 response.")
        .CodeOnly(
            nameof(HttpRateLimitOptions.QuotaKey),
            "A delegate that names the quota of a request. If one quota is used up, requests of the others do not wait.",
            isSet: o => o.QuotaKey is not null)
        .Rule(
            nameof(HttpRateLimitOptions.FollowServer),
            o => o is { Enabled: true, Permits: null, FollowServer: false },
            "leaves nothing to limit, because Permits is not set: set Permits")
        .Rule(
            nameof(HttpRateLimitOptions.Scope),
            o => o is { Enabled: true, Scope: HttpRateLimitScope.Fleet, Permits: null },
            "needs Permits: set it to the quota of all replicas together")
        .Rule(
            nameof(HttpRateLimitOptions.Per),
            o => o is { Enabled: true, Scope: HttpRateLimitScope.Fleet } && o.Per < ShortestShared,
            "is too short for Scope Fleet: set at least 1s, because replicas share a quota in steps of a twentieth of Per")
        .Rule(
            nameof(HttpRateLimitOptions.QueueLimit),
            o => o is { Enabled: true, Scope: HttpRateLimitScope.Fleet, QueueLimit: 0 },
            "is too low for Scope Fleet: set at least 1, because a request may have to wait until its permit is granted")
        .Rule(
            nameof(HttpRateLimitOptions.RemainingHeader),
            o => o is { RemainingHeader: not null, ResetHeader: null },
            "is set, but ResetHeader is not: set both or neither")
        .Rule(
            nameof(HttpRateLimitOptions.ResetHeader),
            o => o is { ResetHeader: not null, RemainingHeader: null },
            "is set, but RemainingHeader is not: set both or neither");

    private static OptionalFormat<int> Count(string none) => new(new IntegerFormat(1, Million), none);
}
