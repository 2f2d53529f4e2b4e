using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Pipeline;

public sealed class AuthorityTableTests
{
    private const string A = "https://a.internal";
    private const string B = "https://b.internal";

    private readonly AuthorityTable<State> _table = Table(most: 2);

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

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void After_an_authority_was_forgotten_a_full_table_still_finds_the_oldest(int most)
    {
        var table = Table(most);
        string[] authorities = [.. Enumerable.Range(0, most).Select(static i => $"https://pod-{i}.internal")];
        Array.ForEach(authorities, authority => table.GetOrAdd(authority));
        table.TryForget(authorities[0]);
        table.GetOrAdd(authorities[0]);

        table.GetOrAdd(A);

        Assert.Equal([A, authorities[0], .. authorities.Skip(2)], table.All.Select(static state => state.Authority).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(9)]
    public void Each_authority_has_one_state_however_many_there_are(int count)
    {
        var table = Table(most: 9);
        string[] authorities = [.. Enumerable.Range(0, count).Select(static i => $"https://pod-{i}.internal")];
        var states = Array.ConvertAll(authorities, table.GetOrAdd);

        Assert.Equal(states, Array.ConvertAll(authorities, table.GetOrAdd));
        Assert.Equal(states, Array.ConvertAll(authorities, authority => table.GetOrAdd(new Uri($"{authority}/path"))));
        Assert.Equal(states, Array.ConvertAll(authorities, authority => table.Find(new Uri(authority.ToUpperInvariant()))));
        Assert.Equal(authorities, table.All.Select(static state => state.Authority).Order());

        Assert.True(table.TryForget(authorities[0]));
        Assert.Equal(authorities.Skip(1), table.All.Select(static state => state.Authority).Order());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void A_full_table_drops_the_oldest_that_is_not_in_use(int most)
    {
        var table = Table(most);
        string[] authorities = [.. Enumerable.Range(0, most).Select(static i => $"https://pod-{i}.internal")];
        Array.ForEach(authorities, authority => table.GetOrAdd(authority));
        table.GetOrAdd(authorities[0]).IsInUse = true;

        table.GetOrAdd(A);

        Assert.Equal([A, authorities[0], .. authorities.Skip(2)], table.All.Select(static state => state.Authority).Order());
    }

    /// <summary>The table of a service that its states do not need.</summary>
    private static AuthorityTable<State> Table(int most) => new(null!, static (_, authority, tag) => new(authority, tag), most);

    private sealed class State(string authority, string tag) : IAuthorityState
    {
        public string Authority => authority;

        public string Tag => tag;

        public bool IsInUse { get; set; }

        public bool TryRetire() => !IsInUse;
    }
}
