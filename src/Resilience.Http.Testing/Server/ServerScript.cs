using System.Collections.Immutable;
using System.Net;
using Resilience.Http.Requests;
using Resilience.Http.Testing.Server;

namespace Resilience.Http.Testing;

/// <summary>
/// The answers of a <see cref="ScriptedServer"/>, in order. It is thread-safe, and more answers can be added while the server is in use.
/// </summary>
public sealed class ServerScript
{
    private readonly AnswerQueue _answers = new();
    private ImmutableArray<ScriptBranch> _branches = [];

    internal ServerScript(string name) => Name = name;

    /// <summary>The owner of the script, for messages: the server and the branch.</summary>
    internal string Name { get; }

    /// <summary>Answers a number of requests with a failure.</summary>
    /// <param name="times">The number of requests; at least 1.</param>
    /// <param name="status">The status.</param>
    /// <param name="retryAfter">
    /// The value of <c>Retry-After</c>, rounded up to whole seconds. If <see langword="null"/>, the header is not sent.
    /// </param>
    /// <returns>The script.</returns>
    public ServerScript Fail(int times, HttpStatusCode status, TimeSpan? retryAfter = null) =>
        Add(new StatusAnswer(status, retryAfter: retryAfter), times);

    /// <inheritdoc cref="Fail(int, HttpStatusCode, TimeSpan?)"/>
    public ServerScript Fail(int times, int status, TimeSpan? retryAfter = null) => Fail(times, (HttpStatusCode)status, retryAfter);

    /// <summary>Answers one request.</summary>
    /// <param name="status">The status.</param>
    /// <param name="json">The body, sent as <c>application/json</c>; <see langword="null"/> for no body.</param>
    /// <returns>The script.</returns>
    public ServerScript Then(HttpStatusCode status, string? json = null) => Add(new StatusAnswer(status, json));

    /// <inheritdoc cref="Then(HttpStatusCode, string?)"/>
    public ServerScript Then(int status, string? json = null) => Then((HttpStatusCode)status, json);

    /// <summary>
    /// Answers one request with a <c>RateLimit</c> field (draft-ietf-httpapi-ratelimit-headers), which says how many requests are left and
    /// for how long.
    /// </summary>
    /// <param name="remaining">The number of requests that are left; not negative.</param>
    /// <param name="window">The time until more requests are allowed, rounded up to whole seconds; not negative.</param>
    /// <param name="status">The status.</param>
    /// <param name="partition">The partition key of the quota; <see langword="null"/> for none.</param>
    /// <returns>The script.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public ServerScript Quota(
        int remaining, TimeSpan window, HttpStatusCode status = HttpStatusCode.OK, string? partition = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(remaining);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.Zero);
        return Add(new QuotaAnswer(status, remaining, window, partition));
    }

    /// <summary>Answers one request with a delegate, which must create a new response each time.</summary>
    /// <param name="answer">Creates the response, or throws.</param>
    /// <returns>The script.</returns>
    public ServerScript Then(Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Add(new CustomAnswer((request, _) => Task.FromResult(answer(request))));
    }

    /// <summary> Answers one request with an asynchronous delegate. A synchronous <c>Send</c> blocks until it has completed. </summary>
    /// <param name="answer">Creates the response, or throws.</param>
    /// <returns>The script.</returns>
    public ServerScript Then(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Add(new CustomAnswer(answer));
    }

    /// <summary>Lets requests hang until they are canceled.</summary>
    /// <param name="times">The number of requests; at least 1.</param>
    /// <returns>The script.</returns>
    public ServerScript Hang(int times = 1) => Add(new HangAnswer(), times);

    /// <summary>Answers one request after a delay, by the clock of the server.</summary>
    /// <param name="delay">The delay.</param>
    /// <param name="status">The status.</param>
    /// <param name="json">The body, sent as <c>application/json</c>; <see langword="null"/> for no body.</param>
    /// <returns>The script.</returns>
    public ServerScript Slow(TimeSpan delay, HttpStatusCode status = HttpStatusCode.OK, string? json = null) =>
        Add(new SlowAnswer(delay, new StatusAnswer(status, json)));

    /// <summary>Cuts the connection after the request was sent. The exception is the same as with a real socket.</summary>
    /// <param name="times">The number of requests; at least 1.</param>
    /// <returns>The script.</returns>
    public ServerScript Reset(int times = 1) => Add(new FaultAnswer("resets the connection", static _ => SocketFaults.Reset()), times);

    /// <summary>
    /// Refuses the connection. Nothing is sent, and the body is not read. The exception is the same as with a real socket.
    /// </summary>
    /// <param name="times">The number of requests; at least 1.</param>
    /// <returns>The script.</returns>
    public ServerScript Refuse(int times = 1) =>
        Add(new FaultAnswer("refuses the connection", static request => SocketFaults.Refused(request), readsBody: false), times);

    /// <summary>
    /// Answers 200 at once and sends a part of the body. Further reads wait until they are canceled or the response is disposed.
    /// </summary>
    /// <param name="after">The number of bytes that are sent; 0 for none.</param>
    /// <returns>The script.</returns>
    public ServerScript StallBody(int after)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        return Add(new StalledBodyAnswer(after));
    }

    /// <summary>
    /// Adds a separate script for the requests to a path. The first branch that matches is used. If none matches, this script is used.
    /// </summary>
    /// <param name="path">
    /// The path without the query, such as <c>/orders/17</c>. <c>/orders/*</c> means all paths that begin with <c>/orders/</c>.
    /// </param>
    /// <param name="script">Adds the answers; it can branch again.</param>
    /// <returns>The script.</returns>
    public ServerScript When(string path, Action<ServerScript> script)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return path.EndsWith('*')
            ? When(path, request => PathOf(request).StartsWith(path[..^1], StringComparison.Ordinal), script)
            : When(path, request => PathOf(request) == path, script);
    }

    /// <summary>Adds a separate script for the requests with a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="script">Adds the answers; it can branch again.</param>
    /// <returns>The script.</returns>
    public ServerScript When(HttpMethod method, Action<ServerScript> script)
    {
        ArgumentNullException.ThrowIfNull(method);
        return When(method.Method, request => request.Method == method, script);
    }

    /// <summary>Adds a separate script for the requests to one endpoint.</summary>
    /// <param name="endpoint">Scheme, host and port, such as <c>https://10.0.0.1:8443</c>.</param>
    /// <param name="script">Adds the answers; it can branch again.</param>
    /// <returns>The script.</returns>
    /// <exception cref="ArgumentException"><paramref name="endpoint"/> is not an absolute address.</exception>
    public ServerScript At(string endpoint, Action<ServerScript> script)
    {
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        return Authority.TryParse(endpoint, out var authority) && authority != Authority.AnyAuthority
            ? When(authority, request => Authority.Find(request.RequestUri) == authority, script)
            : throw new ArgumentException(
                $"'{endpoint}' is not an address. Write scheme, host and port: https://10.0.0.1:8443.", nameof(endpoint));
    }

    /// <summary>Adds a separate script for the requests that a delegate selects.</summary>
    /// <param name="matches">Returns whether a request belongs to this script.</param>
    /// <param name="script">Adds the answers; it can branch again.</param>
    /// <returns>The script.</returns>
    public ServerScript When(Func<HttpRequestMessage, bool> matches, Action<ServerScript> script)
    {
        ArgumentNullException.ThrowIfNull(matches);
        return When("the test's own condition", matches, script);
    }

    /// <summary>Repeats the last answer for all further requests: <c>s.Hang().Always()</c>.</summary>
    /// <returns>The script.</returns>
    /// <exception cref="InvalidOperationException">There is no answer before it.</exception>
    public ServerScript Always()
    {
        _answers.RepeatLast();
        return this;
    }

    /// <summary>Gives this answer to all further requests.</summary>
    /// <param name="status">The status.</param>
    /// <param name="json">The body, sent as <c>application/json</c>; <see langword="null"/> for no body.</param>
    /// <returns>The script.</returns>
    public ServerScript Always(HttpStatusCode status, string? json = null) => Then(status, json).Always();

    /// <inheritdoc cref="Always(HttpStatusCode, string?)"/>
    public ServerScript Always(int status, string? json = null) => Always((HttpStatusCode)status, json);

    /// <summary>The script for a request: a branch, or this one.</summary>
    internal ServerScript For(HttpRequestMessage request)
    {
        foreach (var branch in _branches)
        {
            if (branch.Matches(request))
            {
                return branch.Script.For(request);
            }
        }

        return this;
    }

    /// <summary>The next answer; <see langword="null"/> if the script has no more answers.</summary>
    internal ServerAnswer? Next() => _answers.Next();

    private ServerScript When(string text, Func<HttpRequestMessage, bool> matches, Action<ServerScript> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        var branch = new ScriptBranch(matches, new ServerScript($"{Name} for {text}"));
        script(branch.Script);
        ImmutableInterlocked.Update(ref _branches, static (branches, added) => branches.Add(added), branch);
        return this;
    }

    private ServerScript Add(ServerAnswer answer, int times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        _answers.Add(answer, times);
        return this;
    }

    private static string PathOf(HttpRequestMessage request) => request.RequestUri switch
    {
        null => string.Empty,
        { IsAbsoluteUri: true } uri => uri.AbsolutePath,
        var uri => uri.OriginalString.Split('?', 2)[0],
    };
}
