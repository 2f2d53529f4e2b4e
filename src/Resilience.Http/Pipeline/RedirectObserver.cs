using System.Runtime.CompilerServices;

namespace Resilience.Http.Pipeline;

/// <summary>
/// Stands next to the primary handler if handlers of the user come before it, and notes the redirects that the primary handler followed.
/// Only here a redirect differs from a URI that a handler in between rewrote: service discovery does that, and puts the old one back
/// afterwards.
/// </summary>
internal sealed class RedirectObserver(HttpMessageHandler primary) : DelegatingHandler(primary), ITransparentHandler
{
    /// <summary>
    /// Redirects by the request that was sent, and by the response or exception that it ended with: a handler in between may have sent a
    /// copy of the request. An attempt without a redirect leaves nothing here.
    /// </summary>
    private static readonly ConditionalWeakTable<object, Redirect> Noted = [];

    private static volatile bool _anyNoted;

    /// <summary>The redirect of an attempt that has ended; <see langword="null"/> if there was none.</summary>
    public static Redirect? Take(HttpRequestMessage request, HttpResponseMessage? response, Exception? exception)
    {
        if (!_anyNoted)
        {
            return null;
        }

        if (Noted.TryGetValue(request, out var redirect))
        {
            Noted.Remove(request); // It may be sent again.
            return redirect;
        }

        if (response is not null)
        {
            return Noted.TryGetValue(response, out redirect) ? redirect : null;
        }

        for (; exception is not null; exception = exception.InnerException)
        {
            if (Noted.TryGetValue(exception, out redirect))
            {
                return redirect;
            }
        }

        return null;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        ObserveAsync(request, async: true, cancellationToken);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        ObserveAsync(request, async: false, cancellationToken).GetAwaiter().GetResult(); // completed

    private async Task<HttpResponseMessage> ObserveAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var given = request.RequestUri;
        try
        {
            var response = async
                ? await base.SendAsync(request, cancellationToken).ConfigureAwait(false)
                : base.Send(request, cancellationToken);
            Note(request, given, response);
            return response;
        }
        catch (Exception exception)
        {
            Note(request, given, exception);
            throw;
        }
    }

    private static void Note(HttpRequestMessage request, Uri? given, object outcome)
    {
        if (request.RequestUri is not { } ended || given is null || ReferenceEquals(ended, given))
        {
            ForgetEarlier(request, given);
            return;
        }

        var redirect = new Redirect(given, ended);
        Noted.AddOrUpdate(request, redirect);
        Noted.AddOrUpdate(outcome, redirect);
        _anyNoted = true;
    }

    /// <summary>
    /// A handler in between has sent the request again, and no redirect was followed. What was noted before still holds if the request was
    /// sent to the target of that redirect.
    /// </summary>
    private static void ForgetEarlier(HttpRequestMessage request, Uri? sentTo)
    {
        if (_anyNoted && Noted.TryGetValue(request, out var earlier) && !ReferenceEquals(earlier.To, sentTo))
        {
            Noted.Remove(request);
        }
    }
}
