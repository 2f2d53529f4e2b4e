using Resilience.Http.Endpoints;

namespace Resilience.Http.Tests.Endpoints;

public sealed class PeakAverageTests
{
    private PeakAverage _average;

    [Fact]
    public void A_peak_raises_the_average_at_once()
    {
        _average.Add(0.005f, 0);
        _average.Add(0.2f, 10);

        Assert.Equal(0.2f, _average.Get(10));
    }

    [Fact]
    public void Shorter_samples_lower_the_average_by_the_time_between_them()
    {
        _average.Add(0.2f, 0);
        _average.Add(0.1f, 10_000);

        Assert.Equal(0.1f + (0.1f / MathF.E), _average.Get(10_000), 1e-4f);
    }

    [Fact]
    public void The_average_fades_without_samples()
    {
        _average.Add(0.2f, 0);

        Assert.Equal(0.2f / MathF.E, _average.Get(10_000), 1e-4f);
    }

    [Fact]
    public void A_fast_failure_does_not_lower_the_average()
    {
        _average.Add(0.2f, 0);
        _average.Add(0.001f, 10, raiseOnly: true);
        Assert.Equal(0.2f, _average.Get(10));

        _average.Add(0.5f, 20, raiseOnly: true);
        Assert.Equal(0.5f, _average.Get(20));
    }

    [Fact]
    public void A_fast_failure_alone_yields_no_average()
    {
        _average.Add(0.001f, 10, raiseOnly: true);

        Assert.True(_average.IsEmpty);
    }

    [Fact]
    public void A_time_before_the_last_sample_is_that_of_the_sample()
    {
        _average.Add(0.2f, 1_000);
        _average.Add(0.1f, 500);

        Assert.Equal(0.2f, _average.Get(500), 1e-4f);
    }

    [Fact]
    public void The_time_may_overflow()
    {
        _average.Add(0.2f, uint.MaxValue - 4_999);

        Assert.Equal(0.2f / MathF.E, _average.Get(5_000), 1e-4f);
    }

    [Fact]
    public void Samples_of_two_threads_are_never_mixed_up()
    {
        Race.Run(
            2_000,
            static () => new Box(),
            static box => Assert.InRange(box.Average.Get(100), 0.1f, 0.2f),
            static box => box.Average.Add(0.1f, 100),
            static box => box.Average.Add(0.2f, 100));
    }

    private sealed class Box
    {
        public PeakAverage Average;
    }
}
