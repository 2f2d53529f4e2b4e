using Resilience.Http.Requests;

namespace Resilience.Http.Tests.Requests;

/// <summary>
/// The snapshot as one object that is used for call after call; what it does within one call is tested where retry sends.
/// </summary>
public sealed class RequestSnapshotTests
{
    [Fact]
    public void The_next_call_finds_nothing_of_the_one_before()
    {
        var snapshot = new RequestSnapshot();
        using var first = new HttpRequestMessage(HttpMethod.Put, "https://payments.internal/1") { Content = new StringContent("body") };
        first.Headers.Add("X-Secret", "first");
        first.Headers.Add("Idempotency-Key", "1");
        snapshot.Take(first);
        snapshot.Clear();
        using var second = new HttpRequestMessage(HttpMethod.Post, "https://payments.internal/2");
        second.Headers.Add("X-Own", "second");

        snapshot.Take(second);
        Assert.True(snapshot.TryRestore(second));

        Assert.Equal("X-Own", Assert.Single(second.Headers).Key);
        Assert.Null(second.Content);
        Assert.False(snapshot.HasIdempotencyKey);
    }

    [Fact]
    public void A_cleared_snapshot_holds_no_references()
    {
        var snapshot = new RequestSnapshot();
        var (request, content, value) = Take(snapshot);

        snapshot.Clear();
        GC.Collect();

        Assert.False(snapshot.IsTaken);
        Assert.False(request.IsAlive);
        Assert.False(content.IsAlive);
        Assert.False(value.IsAlive);
        GC.KeepAlive(snapshot);
    }

    /// <summary>In a method of its own, so that no local of the test keeps anything alive.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static (WeakReference Request, WeakReference Content, WeakReference Value) Take(RequestSnapshot snapshot)
    {
        var value = new string('x', 10);
        var content = new StringContent("body");
        var request = new HttpRequestMessage(HttpMethod.Put, "https://payments.internal/1") { Content = content };
        request.Headers.TryAddWithoutValidation("X-Secret", value);
        snapshot.Take(request);
        return (new(request), new(content), new(value));
    }
}
