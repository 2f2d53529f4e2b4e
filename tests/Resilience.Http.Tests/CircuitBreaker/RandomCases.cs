using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// Runs an assertion over random cases. The seed is printed each time; set it in <c>RANDOM_SEED</c> to see the same cases again.
/// </summary>
internal static class RandomCases
{
    private const string SeedVariable = "RANDOM_SEED";

    public static void Check<T>(Gen<T> cases, Action<T> assertion, int times = 1000, Func<T, IEnumerable<T>>? shrink = null)
    {
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { } given
            ? ulong.Parse(given, CultureInfo.InvariantCulture)
            : (ulong)Random.Shared.NextInt64();
        TestContext.Current.TestOutputHelper?.WriteLine($"{SeedVariable}={seed}");
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(times)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed, gamma: 1), FSharpOption<int>.None)));
        FsCheck.Check.One($"{SeedVariable}={seed}", config, Prop.ForAll(Arb.From(cases, shrink ?? (static _ => [])), assertion));
    }
}
