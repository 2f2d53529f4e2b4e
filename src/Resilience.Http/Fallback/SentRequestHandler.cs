using System.Diagnostics;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Fallback;

/// <summary>
/// Stands next to the primary handler and notes what is really sent, whatever the handlers between the chain and this one did to the
/// request. It changes nothing. If stale answers are off, it hands the inner task on.
/// </summary>
internal sealed class SentRequestHandler(ServiceState service) : DelegatingHandler
{
    private string DeadlineHeader => service.Options.Deadline.Header;

    /// <summary>Puts one in front of a primary handler, also if that one already stands behind the user's handlers.</summary>
    /// <returns>What takes the place of <paramref name="handler"/>.</returns>
    public static HttpMessageHandler NextToPrimary(HttpMessageHandler handler, ServiceState service)
    {
        if (handler is not DelegatingHandler last || handler is ITransparentHandler)
        {
            return new SentRequestHandler(service) { InnerHandler = handler };
        }

        while (last.InnerHandler is DelegatingHandler next and not ITransparentHandler)
        {
            last = next;
        }

        if (last is not SentRequestHandler && last.InnerHandler is { } primary)
        {
            try
            {
                last.InnerHandler = new SentRequestHandler(service) { InnerHandler = primary };
            }
            catch (InvalidOperationException)
            {
                // It has sent already, so its order is fixed: what it sends cannot be seen, and nothing is kept.
            }
        }

        return handler;
    }

    /// <summary>The next one from a handler inwards, if each handler on the way passes requests on as they are.</summary>
    public static SentRequestHandler? BehindTransparent(HttpMessageHandler? handler)
    {
        while (handler is DelegatingHandler next && StalePrivacy.IsTransparent(next))
        {
            if (next is SentRequestHandler found)
            {
                return found;
            }

            handler = next.InnerHandler;
        }

        return null;
    }

    /// <summary>
    /// The request as it would have been sent: as it is, with what the primary handler adds for the current activity, such as baggage.
    /// </summary>
    /// <returns><see langword="null"/> if the propagator of the app throws, since nothing could be sent with it.</returns>
    public SentRequest? NoteUnsent(HttpRequestMessage request)
    {
        try
        {
            return WithActivityHeaders(Note(request), request);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private SentRequest WithActivityHeaders(SentRequest sent, HttpRequestMessage request)
    {
        using var added = new HttpRequestMessage();
        Identity().Propagator?.Inject(Activity.Current, added.Headers, (_, name, value) =>
        {
            if (!request.Headers.NonValidated.Contains(name))
            {
                added.Headers.TryAddWithoutValidation(name, value);
            }
        });
        return sent with { Key = sent.Key.LeftAs(added, DeadlineHeader) };
    }

    private SentRequest Note(HttpRequestMessage request)
    {
        var identity = Identity();
        var hidden = identity.Hidden
            ?? (StalePrivacy.HasBody(request) ? StalePrivacy.Body
            : StalePrivacy.HasCookies(identity.Cookies, request.RequestUri) ? StalePrivacy.Cookies
            : null);
        return new(StaleKey.From(request, DeadlineHeader), StaleAddresses.Normalize(request.RequestUri), hidden);
    }

    /// <summary>What hides users from sight whatever is sent; <see langword="null"/> if there is nothing.</summary>
    public string? Hidden() => Identity().Hidden;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        CallOf(request) is { } call ? NotedAsync(request, call, cancellationToken) : base.SendAsync(request, cancellationToken);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (CallOf(request) is not { } call)
        {
            return base.Send(request, cancellationToken);
        }

        var (address, sent) = (request.RequestUri, Begin(call, request));
        try
        {
            var response = base.Send(request, cancellationToken);
            call.Answer(End(call, sent, address, request), response);
            return response;
        }
        catch
        {
            End(call, sent, address, request);
            throw;
        }
    }

    private async Task<HttpResponseMessage> NotedAsync(HttpRequestMessage request, StaleCall call, CancellationToken cancellationToken)
    {
        var (address, sent) = (request.RequestUri, Begin(call, request));
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            call.Answer(End(call, sent, address, request), response);
            return response;
        }
        catch
        {
            End(call, sent, address, request);
            throw;
        }
    }

    private SentRequest Begin(StaleCall call, HttpRequestMessage request) => call.Sent = Note(request);

    /// <summary>
    /// Adds what the primary handler has added, such as the baggage of the current activity. A cookie that another call's answer has set
    /// since may have gone with this request too, and so may credentials that were given to its proxy since.
    /// </summary>
    private SentRequest End(StaleCall call, SentRequest sent, Uri? address, HttpRequestMessage request)
    {
        var identity = Identity();
        var hasCookies = StalePrivacy.HasCookies(identity.Cookies, address, redirected: !ReferenceEquals(address, request.RequestUri));
        var hidden = sent.Hidden ?? identity.Hidden ?? (hasCookies ? StalePrivacy.Cookies : null);
        return call.Sent = sent with { Key = sent.Key.LeftAs(request, DeadlineHeader), Hidden = hidden };
    }

    /// <summary>Looked at only if stale answers are on: the first touch of a request's options allocates them.</summary>
    private StaleCall? CallOf(HttpRequestMessage request) =>
        service.Options.Fallback.StaleIfError > TimeSpan.Zero ? StaleCall.Find(request) : null;

    private PrimaryIdentity Identity()
    {
        var handler = InnerHandler;
        while (handler is DelegatingHandler next)
        {
            if (!StalePrivacy.IsTransparent(next))
            {
                return new($"{next.GetType().Name} stands between the chain's last handler and the primary handler");
            }

            handler = next.InnerHandler;
        }

        return PrimaryIdentity.From(handler);
    }
}
