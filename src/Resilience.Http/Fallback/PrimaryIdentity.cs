using System.Diagnostics;
using System.Net;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Fallback;

/// <summary>What a primary handler adds to requests by itself, out of sight of other handlers.</summary>
/// <param name="Hidden">What identifies a user or may do so, for messages; <see langword="null"/> if there is nothing but perhaps
/// cookies.</param>
/// <param name="Cookies">The cookie container in use, or <see langword="null"/> if the handler sends no cookies of its own.</param>
/// <param name="Propagator">What writes the context of the current activity into the headers; <see langword="null"/> if nothing
/// does.</param>
internal readonly record struct PrimaryIdentity(
    string? Hidden, CookieContainer? Cookies = null, DistributedContextPropagator? Propagator = null)
{
    private const string Credentials = "the primary handler has Credentials";
    private const string Certificate = "the primary handler may send a client certificate";
    private const string Proxy = "the primary handler has credentials for its proxy";

    /// <summary>Read for each send: credentials, proxies and certificate collections may be changed between sends.</summary>
    public static PrimaryIdentity From(HttpMessageHandler? primary) => primary switch
    {
        ITransparentHandler => default,
        SocketsHttpHandler sockets =>
            new(HiddenIn(sockets), sockets.UseCookies ? sockets.CookieContainer : null, sockets.ActivityHeadersPropagator),

        // Exactly this type: a handler that derives from it may do anything to a request. On these platforms it may be the system's own.
        HttpClientHandler client when client.GetType() == typeof(HttpClientHandler) && IsManaged =>
            new(HiddenIn(client), client.UseCookies ? client.CookieContainer : null, DistributedContextPropagator.Current),
        _ => new($"what the primary handler ({primary?.GetType().Name ?? "none"}) adds to a request is not known"),
    };

    private static bool IsManaged =>
        SocketsHttpHandler.IsSupported && !OperatingSystem.IsBrowser() && !OperatingSystem.IsAndroid()
        && !OperatingSystem.IsIOS() && !OperatingSystem.IsMacCatalyst() && !OperatingSystem.IsTvOS();

    private static string? HiddenIn(SocketsHttpHandler handler)
    {
        var tls = handler.SslOptions;
        return handler.Credentials is not null ? Credentials
            : tls.ClientCertificates?.Count > 0
                || tls.ClientCertificateContext is not null
                || tls.LocalCertificateSelectionCallback is not null ? Certificate
            : HasCredentials(handler.UseProxy, handler.Proxy, handler.DefaultProxyCredentials) ? Proxy
            : null;
    }

    private static string? HiddenIn(HttpClientHandler handler) =>
        handler.Credentials is not null || handler.UseDefaultCredentials ? Credentials
        : handler.ClientCertificateOptions != ClientCertificateOption.Manual || handler.ClientCertificates.Count > 0 ? Certificate
        : HasCredentials(handler.UseProxy, handler.Proxy, handler.DefaultProxyCredentials) ? Proxy
        : null;

    /// <summary>The system's proxy is the same for the whole process, so its credentials do not distinguish users.</summary>
    private static bool HasCredentials(bool isUsed, IWebProxy? proxy, ICredentials? ofDefault) =>
        isUsed && (ofDefault is not null || proxy?.Credentials is not null);
}
