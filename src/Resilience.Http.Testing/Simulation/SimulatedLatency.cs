namespace Resilience.Http.Testing;

/// <summary>How long a worker of a <see cref="SimulatedService"/> takes for one request.</summary>
public abstract record SimulatedLatency
{
    /// <summary>The quantile of the standard normal distribution at 0.99.</summary>
    private const double NormalP99 = 2.3263478740408408;

    private SimulatedLatency(TimeSpan mean) => Mean = mean;

    /// <summary>The mean.</summary>
    public TimeSpan Mean { get; }

    /// <summary>Always the same time.</summary>
    public static SimulatedLatency Constant(TimeSpan time) => new Formula(time, _ => time);

    /// <summary>
    /// Half of the mean, plus an exponentially distributed part with the other half as its mean. Most services under little load behave
    /// like this.
    /// </summary>
    public static SimulatedLatency Typical(TimeSpan mean) => new Formula(mean, random => mean * (0.5 + (0.5 * Exponential(random))));

    /// <summary>Exponentially distributed: many short requests and a few long ones.</summary>
    public static SimulatedLatency Exponential(TimeSpan mean) => new Formula(mean, random => mean * Exponential(random));

    /// <summary>Lognormally distributed, like latencies with a long tail.</summary>
    /// <param name="median">The time that half of the requests do not exceed.</param>
    /// <param name="p99">The time that 99 % of the requests do not exceed; at least the median.</param>
    public static SimulatedLatency LogNormal(TimeSpan median, TimeSpan p99)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(p99, median);
        var sigma = Math.Log(p99 / median) / NormalP99;
        return new Formula(median * Math.Exp(sigma * sigma / 2), random => median * Math.Exp(sigma * Normal(random)));
    }

    internal abstract TimeSpan Draw(Random random);

    private static double Exponential(Random random) => -Math.Log(1 - random.NextDouble());

    /// <summary>Box-Muller.</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(2 * Exponential(random)) * Math.Cos(2 * Math.PI * random.NextDouble());

    private sealed record Formula(TimeSpan Mean, Func<Random, TimeSpan> Next) : SimulatedLatency(Mean)
    {
        internal override TimeSpan Draw(Random random) => Next(random);
    }
}
