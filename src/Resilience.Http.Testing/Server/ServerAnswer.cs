namespace Resilience.Http.Testing.Server;

/// <summary>What a scripted server does with one request. Stateless: each time it makes a fresh response.</summary>
internal abstract class ServerAnswer
{
    /// <summary>The answer in a few words, for records and messages.</summary>
    public abstract string Text { get; }

    /// <summary>Whether the server reads the body first. A refused connection leaves it unread, so that it can be sent again.</summary>
    public virtual bool ReadsBody => true;

    /// <summary>Answers. With <paramref name="async"/> false the task is always completed: waits block the thread.</summary>
    public abstract Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, TimeProvider clock, bool async, CancellationToken cancellationToken);
}
