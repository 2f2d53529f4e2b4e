using System.Reflection;
using Resilience.Http.Tests.House;

namespace Resilience.Http.IntegrationTests.House;

/// <summary>No two folders of a sample use each other, directly or by way of others. Quickstart has one file.</summary>
public sealed class SampleFolderTests
{
    public static TheoryData<string> Samples => new(Directory
        .GetDirectories(Checkout.PathOf("samples"))
        .Where(sample => Directory.EnumerateDirectories(sample).Any(folder => Path.GetFileName(folder) is not ("bin" or "obj")))
        .Select(sample => Path.GetFileName(sample))
        .Order());

    [Theory]
    [MemberData(nameof(Samples))]
    public void No_folders_of_a_sample_use_each_other_in_a_circle(string sample)
    {
        var graph = new FolderGraph(Assembly.Load(sample), Checkout.PathOf($"samples/{sample}"));

        Assert.NotEmpty(graph.Edges);
        Assert.Empty(graph.EdgesInCircles());
    }
}
