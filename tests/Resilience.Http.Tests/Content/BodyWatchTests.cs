using Resilience.Http.Content;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Content;

public sealed class BodyWatchTests
{
    [Fact]
    public void After_the_limit_has_cut_the_attempt_the_body_changes_nothing()
    {
        var limit = new Limit();
        var watch = new BodyWatch(new VirtualTimeProvider(), startedAt: 0);
        watch.Begin(limit);
        watch.Enter(BodyPhase.AwaitsConnection);
        limit.IsOver = true;

        watch.Enter(BodyPhase.Failed);
        watch.Take(10);

        Assert.Equal((BodyPhase.AwaitsConnection, 0), (watch.Phase, watch.Taken));
    }

    private sealed class Limit : IBodyLimit
    {
        public bool IsOver { get; set; }

        public bool TryRestart(long now) => !IsOver;
    }
}
