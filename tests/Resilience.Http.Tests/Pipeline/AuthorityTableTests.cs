using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Pipeline;

public sealed class AuthorityTableTests
{
    private const string A = "https://a.internal";
    private const string B = "https://b.internal";

    private readonly AuthorityTable<State> _table = new(static (authority, tag) => new(authority, tag), most: 2);

    [Fact]
    public void A_forgotten_authority_is_gone_and_starts_over()
    {
        var before = _table.GetOrAdd(A);
        _table.GetOrAdd(B);

        Assert.True(_table.TryForget(A));

        Assert.Equal([B], _table.All.Select(static state => state.Authority));
        Assert.Null(_table.Find(new Uri(A)));
        Assert.NotSame(before, _table.GetOrAdd(new Uri(A)));
    }

    [Fact]
    public void An_authority_that_is_in_use_stays()
    {
        var state = _table.GetOrAdd(A);
        state.IsInUse = true;

        Assert.False(_table.TryForget(A));
        Assert.Same(state, _table.GetOrAdd(A));

        state.IsInUse = false;
        Assert.True(_table.TryForget(A));
    }

    [Fact]
    public void An_authority_that_is_not_known_is_forgotten_already() => Assert.True(_table.TryForget(A));

    [Fact]
    public void A_forgotten_authority_makes_room_and_gives_its_name_in_metrics_back()
    {
        for (var i = 0; i < 10; i++)
        {
            var state = _table.GetOrAdd($"https://pod-{i}.internal");
            Assert.Equal(state.Authority, state.Tag);
            Assert.True(_table.TryForget(state.Authority));
        }

        _table.GetOrAdd(A).IsInUse = true;
        _table.GetOrAdd(B).IsInUse = true;
        Assert.Equal("other", _table.GetOrAdd("https://c.internal").Authority);
    }

    [Fact]
    public void After_one_was_forgotten_a_full_table_still_finds_the_oldest()
    {
        _table.GetOrAdd(A);
        _table.GetOrAdd(B);
        _table.TryForget(A);
        _table.GetOrAdd(A);

        _table.GetOrAdd("https://c.internal");

        Assert.Equal([A, "https://c.internal"], _table.All.Select(static state => state.Authority).Order());
    }

    private sealed class State(string authority, string tag) : IAuthorityState
    {
        public string Authority => authority;

        public string Tag => tag;

        public bool IsInUse { get; set; }

        public bool TryRetire() => !IsInUse;
    }
}
