using System.Collections.Concurrent;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Pipeline;

/// <summary>What exists once in a service or a host.</summary>
public sealed class InstanceCacheTests
{
    private readonly InstanceCache _all = new();

    [Fact]
    public void Each_kind_of_instance_is_created_once_for_its_owner()
    {
        var one = _all.Get("payments", static owner => new One(owner));
        var other = _all.Get("payments", static owner => new Other(owner));

        Assert.Equal(("payments", "payments"), (one.Owner, other.Owner));
        Assert.Same(one, _all.Get("payments", One (_) => throw new InvalidOperationException("There is one.")));
        Assert.Same(other, _all.Get("payments", Other (_) => throw new InvalidOperationException("There is one.")));
    }

    [Fact]
    public void Each_kind_of_instance_is_kept_however_many_there_are()
    {
        object[] Ask() =>
        [
            Get<sbyte>(), Get<byte>(), Get<short>(), Get<ushort>(), Get<int>(),
            Get<uint>(), Get<long>(), Get<ulong>(), Get<float>(), Get<double>(),
        ];

        var made = Ask();

        Assert.Equal(made, Ask()); // A class without an equality of its own: the same objects.
        Assert.Equal(made, _all.All<object>());

        Kind<T> Get<T>() => _all.Get("payments", static _ => new Kind<T>());
    }

    [Fact]
    public void A_type_that_was_not_requested_is_not_found()
    {
        Assert.Null(_all.Find<One>());

        var one = _all.Get("payments", static owner => new One(owner));

        Assert.Same(one, _all.Find<One>());
        Assert.Null(_all.Find<Other>());
    }

    [Fact]
    public void Concurrent_requests_for_different_kinds_of_instances_lose_none()
    {
        for (var round = 0; round < 200; round++)
        {
            var all = new InstanceCache();
            Func<object>[] kinds =
            [
                () => all.Get("payments", static _ => new Kind<int>()),
                () => all.Get("payments", static _ => new Kind<long>()),
                () => all.Get("payments", static _ => new Kind<double>()),
                () => all.Get("payments", static owner => new One(owner)),
            ];
            var found = new object[kinds.Length];

            Race.Together(found.Length, number => found[number] = kinds[number]());

            Assert.All(found, (made, number) => Assert.Same(made, kinds[number]()));
        }
    }

    [Fact]
    public void The_factory_of_an_instance_may_request_another_instance()
    {
        var one = _all.Get("payments", owner => new One(_all.Get(owner, static inner => new Other(inner)).Owner));

        Assert.Same(one, _all.Get("payments", static owner => new One(owner)));
        Assert.NotNull(_all.Get("payments", Other (_) => throw new InvalidOperationException("There is one.")));
    }

    [Fact]
    public void Concurrent_threads_get_the_same_instance_and_only_that_one_starts()
    {
        for (var round = 0; round < 200; round++)
        {
            var (all, begun, found) = (new InstanceCache(), new ConcurrentBag<One>(), new One[8]);

            Race.Together(found.Length, number => found[number] = all.Get("payments", static owner => new One(owner), begun.Add));

            Assert.All(found, one => Assert.Same(found[0], one));
            Assert.Same(found[0], Assert.Single(begun));
        }
    }

    /// <summary>
    /// The user's logger factory takes part in making one, and may wait for a thread of the user's that calls through another client.
    /// </summary>
    [Fact]
    public void Other_instances_can_be_created_while_one_is_created()
    {
        var other = _all.Get(
            "payments", owner => new One(Elsewhere(() => _all.Get(owner, static inner => new Other(inner)))?.Owner ?? "waits"));

        Assert.Equal("payments", other.Owner);
    }

    [Fact]
    public void An_instance_created_meanwhile_is_kept_and_the_later_one_does_not_start()
    {
        One? earlier = null;
        var begun = new List<One>();

        var found = _all.Get(
            "payments",
            owner =>
            {
                earlier = Elsewhere(() => _all.Get(owner, static inner => new One(inner), begun.Add));
                return new One("later");
            },
            begun.Add);

        Assert.NotNull(earlier);
        Assert.Same(earlier, found);
        Assert.Same(earlier, Assert.Single(begun));
    }

    [Fact]
    public void After_an_instance_could_not_be_created_the_next_caller_tries_again()
    {
        Assert.Throws<InvalidOperationException>(() => _all.Get("payments", One (_) => throw new InvalidOperationException("Not yet.")));

        Assert.Equal("payments", _all.Get("payments", static owner => new One(owner)).Owner);
    }

    /// <summary>What another thread gets; null where it is kept waiting.</summary>
    private static T? Elsewhere<T>(Func<T> ask) where T : class
    {
        T? got = null;
        var thread = new Thread(() => got = ask()) { IsBackground = true };
        thread.Start();
        return thread.Join(TimeSpan.FromSeconds(30)) ? got : null;
    }

    private sealed class Kind<T>;

    private sealed record One(string Owner);

    private sealed record Other(string Owner);
}
