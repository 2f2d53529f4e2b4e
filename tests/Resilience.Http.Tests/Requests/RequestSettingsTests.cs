using Resilience.Http.Requests;
using Resilience.Http.Tests.Timeouts;

namespace Resilience.Http.Tests.Requests;

public sealed class RequestSettingsTests : IDisposable
{
    private readonly TimeoutWorld _world = new(o =>
    {
        o.TotalTimeout = TimeSpan.FromSeconds(20);
        o.AttemptTimeout = TimeSpan.FromSeconds(5);
    });

    public static TheoryData<TimeSpan> NotAllowed =>
    [
        TimeSpan.Zero,
        TimeSpan.FromTicks(1),
        TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1),
        TimeSpan.FromMilliseconds(-2),
        TimeSpan.FromSeconds(-1),
        TimeSpan.FromHours(24) + TimeSpan.FromTicks(1),
        TimeSpan.MaxValue,
        TimeSpan.MinValue,
    ];

    public static TheoryData<TimeSpan> Allowed =>
    [
        TimeSpan.FromMilliseconds(1),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromHours(24),
        Timeout.InfiniteTimeSpan,
    ];

    [Theory]
    [MemberData(nameof(NotAllowed))]
    public void A_wrong_timeout_throws_at_once_with_the_allowed_range(TimeSpan timeout)
    {
        using var request = TimeoutWorld.Get();

        var total = Assert.Throws<ArgumentOutOfRangeException>(() => request.WithTotalTimeout(timeout));
        var attempt = Assert.Throws<ArgumentOutOfRangeException>(() => request.WithAttemptTimeout(timeout));

        Assert.Equal("timeout", total.ParamName);
        Assert.Equal(timeout, total.ActualValue);
        Assert.StartsWith(
            "A total timeout is 1 ms to 24 hours, or Timeout.InfiniteTimeSpan for none.", total.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "An attempt timeout is 1 ms to 24 hours, or Timeout.InfiniteTimeSpan for none.", attempt.Message, StringComparison.Ordinal);
        Assert.Same(RequestSettings.None, RequestSettings.Find(request));
    }

    [Theory]
    [MemberData(nameof(Allowed))]
    public void The_ends_of_the_range_are_allowed(TimeSpan timeout)
    {
        using var request = TimeoutWorld.Get().WithTotalTimeout(timeout).WithAttemptTimeout(timeout);

        Assert.Equal(new RequestSettings { TotalTimeout = timeout, AttemptTimeout = timeout }, RequestSettings.Find(request));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public void A_blank_operation_name_throws_at_once(string name)
    {
        using var request = TimeoutWorld.Get();

        var exception = Assert.Throws<ArgumentException>(() => request.WithOperationName(name));

        Assert.Equal("name", exception.ParamName);
        Assert.Contains("1 to 100 characters", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_name_has_at_most_100_characters()
    {
        using var request = TimeoutWorld.Get();

        Assert.Throws<ArgumentException>(() => request.WithOperationName(new string('a', 101)));
        Assert.Equal(new string('a', 100), RequestSettings.Find(request.WithOperationName(new string('a', 100))).OperationName);
    }

    [Fact]
    public void Null_is_reported_as_null()
    {
        using var request = TimeoutWorld.Get();

        Assert.Throws<ArgumentNullException>("name", () => request.WithOperationName(null!));
        Assert.Throws<ArgumentNullException>("request", () => default(HttpRequestMessage)!.NoRetry());
        Assert.Throws<ArgumentNullException>("request", () => default(HttpRequestMessage)!.AllowRetry());
        Assert.Throws<ArgumentNullException>("request", () => default(HttpRequestMessage)!.WithOperationName("charge"));
        Assert.Throws<ArgumentNullException>("request", () => default(HttpRequestMessage)!.WithTotalTimeout(TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentNullException>("request", () => default(HttpRequestMessage)!.WithAttemptTimeout(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Settings_add_up_and_the_last_value_of_each_wins()
    {
        using var request = TimeoutWorld.Get()
            .WithTotalTimeout(TimeSpan.FromSeconds(1))
            .AllowRetry()
            .WithOperationName("charge")
            .WithTotalTimeout(TimeSpan.FromSeconds(3))
            .NoRetry();

        Assert.Equal(
            new RequestSettings { TotalTimeout = TimeSpan.FromSeconds(3), AllowRetry = false, OperationName = "charge" },
            RequestSettings.Find(request));
        Assert.True(RequestSettings.Find(request.AllowRetry()).AllowRetry);
    }

    [Fact]
    public void A_copy_of_the_requests_options_keeps_them()
    {
        using var request = TimeoutWorld.Get().NoRetry();
        using var copy = TimeoutWorld.Get();
        foreach (var (key, value) in request.Options)
        {
            ((IDictionary<string, object?>)copy.Options)[key] = value;
        }

        Assert.False(RequestSettings.Find(copy).AllowRetry);
        copy.AllowRetry();
        Assert.False(RequestSettings.Find(request).AllowRetry);
    }

    [Fact]
    public async Task A_request_may_have_a_shorter_deadline_than_its_client()
    {
        var exception = await _world.TimesOutAsync(
            _world.Server(s => s.Hang()), TimeoutWorld.Get().WithTotalTimeout(TimeSpan.FromSeconds(2)));

        Assert.Equal(TimeoutScope.Total, exception.Scope);
        Assert.Equal(TimeSpan.FromSeconds(2), exception.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(2), _world.Clock.Elapsed);
    }

    [Fact]
    public async Task A_request_may_have_a_longer_deadline_than_its_client_or_none()
    {
        var request = TimeoutWorld.Get().WithTotalTimeout(TimeSpan.FromMinutes(3)).WithAttemptTimeout(Timeout.InfiniteTimeSpan);
        await _world.SendAsync(_world.Server(s => s.Slow(TimeSpan.FromMinutes(2))), request);

        request = TimeoutWorld.Get().WithTotalTimeout(Timeout.InfiniteTimeSpan).WithAttemptTimeout(Timeout.InfiniteTimeSpan);
        await _world.SendAsync(_world.Server(s => s.Slow(TimeSpan.FromHours(2))), request);
    }

    [Fact]
    public async Task A_request_may_have_another_limit_for_each_attempt()
    {
        _world.Probe.Attempts = 2;

        var exception = await _world.TimesOutAsync(
            _world.Server(s => s.Hang(2)), TimeoutWorld.Get().WithAttemptTimeout(TimeSpan.FromSeconds(1)));

        Assert.Equal(TimeoutScope.Attempt, exception.Scope);
        Assert.Equal(TimeSpan.FromSeconds(1), exception.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(2), _world.Clock.Elapsed);
    }

    [Fact]
    public async Task An_attempt_limit_longer_than_the_deadline_ends_at_the_deadline()
    {
        var exception = await _world.TimesOutAsync(
            _world.Server(s => s.Hang()), TimeoutWorld.Get().WithAttemptTimeout(TimeSpan.FromMinutes(1)));

        Assert.Equal(TimeoutScope.Total, exception.Scope);
        Assert.Equal(TimeSpan.FromSeconds(20), _world.Clock.Elapsed);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(60, 10)]
    public async Task An_unset_attempt_timeout_follows_the_requests_deadline_up_to_its_default(int total, int limit)
    {
        using var world = new TimeoutWorld(o => o.TotalTimeout = TimeSpan.FromSeconds(2));

        var exception = await world.TimesOutAsync(
            world.Server(s => s.Hang()), TimeoutWorld.Get().WithTotalTimeout(TimeSpan.FromSeconds(total)));

        Assert.Equal(TimeSpan.FromSeconds(limit), world.Clock.Elapsed);
        Assert.Equal(TimeoutScope.Attempt, exception.Scope);
    }

    [Fact]
    public async Task A_request_that_is_sent_again_keeps_its_settings_and_starts_over()
    {
        using var request = TimeoutWorld.Get().WithTotalTimeout(TimeSpan.FromSeconds(2));

        await _world.TimesOutAsync(_world.Server(s => s.Hang()), request);
        var exception = await _world.TimesOutAsync(_world.Server(s => s.Hang()), request);

        Assert.Equal(TimeSpan.FromSeconds(2), exception.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(4), _world.Clock.Elapsed);
    }

    [Fact]
    public async Task A_setting_changed_during_a_call_takes_effect_with_the_next_call()
    {
        using var request = TimeoutWorld.Get();
        var server = _world.Server(script => script.Then(async (r, token) =>
        {
            r.WithTotalTimeout(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromSeconds(3), _world.Clock, token);
            return new HttpResponseMessage();
        }).Always());

        await _world.SendAsync(server, request);
        await _world.TimesOutAsync(server, request);

        Assert.Equal(TimeSpan.FromSeconds(3 + 1), _world.Clock.Elapsed);
    }

    public void Dispose() => _world.Dispose();
}
