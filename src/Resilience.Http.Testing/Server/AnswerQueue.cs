namespace Resilience.Http.Testing.Server;

/// <summary>The answers of a script in their order. Thread-safe.</summary>
internal sealed class AnswerQueue
{
    private readonly Lock _gate = new();
    private readonly List<ServerAnswer> _answers = [];
    private int _next;
    private bool _repeatLast;

    public void Add(ServerAnswer answer, int times)
    {
        lock (_gate)
        {
            if (_repeatLast)
            {
                throw new InvalidOperationException(
                    $"'{answer.Text}' would never be reached: the script always repeats '{_answers[^1].Text}' (Always).");
            }

            _answers.AddRange(Enumerable.Repeat(answer, times));
        }
    }

    /// <summary>From its turn on, the last answer is given forever.</summary>
    public void RepeatLast()
    {
        lock (_gate)
        {
            if (_answers.Count == 0)
            {
                throw new InvalidOperationException(
                    "Always() repeats the previous answer, but there is none yet. Write s.Then(200).Always().");
            }

            _repeatLast = true;
        }
    }

    /// <summary>The next answer; <see langword="null"/> if there are no more.</summary>
    public ServerAnswer? Next()
    {
        lock (_gate)
        {
            if (_next < _answers.Count)
            {
                return _answers[_next++];
            }

            return _repeatLast ? _answers[^1] : null;
        }
    }
}
