using System.Reflection;

namespace Resilience.Http.Tests.House;

/// <summary>No two folders of a package use each other, directly or by way of others. The samples have the same test.</summary>
public sealed class FolderCircleTests
{
    private const string ProjectFolder = "";

    /// <summary>The analyzers are not a package, and run in the compiler, whose libraries are not here.</summary>
    public static TheoryData<string> Packages =>
        new(Directory.GetDirectories(Checkout.PathOf("src"))
            .Select(directory => Path.GetFileName(directory))
            .Where(project => !project.StartsWith("Resilience.Http.Analyzers", StringComparison.Ordinal))
            .Order());

    [Theory]
    [MemberData(nameof(Packages))]
    public void No_folders_of_a_package_use_each_other_in_a_circle(string package)
    {
        var graph = new FolderGraph(Assembly.Load(package), Checkout.PathOf($"src/{package}"));

        Assert.Empty(graph.EdgesInCircles());
    }

    [Theory]
    [InlineData("A > B, B > A", "A > B, B > A")]
    [InlineData("A > B, B > C, C > A, D > A", "A > B, B > C, C > A")]
    [InlineData("A > A/X, A/X > A", "A > A/X, A/X > A")]
    [InlineData("A/X > B/Y, B/Z > A/W", "A > B, B > A")]
    [InlineData("A > A/X, A > B, A/X > B", "")]
    public void Cycles_between_folders_and_between_their_parents_are_found(string uses, string circle)
    {
        var found = FolderGraph.EdgesInCircles([.. uses.Split(", ").Select(use => use.Split(" > ")).Select(Edge)]);

        Assert.Equal(circle, string.Join(", ", found.Select(edge => edge.Split(':')[0])));

        static FolderGraph.Edge Edge(string[] use) => new(use[0], use[1], "");
    }

    [Fact]
    public void A_use_by_a_folder_of_a_folder_inside_it_is_found()
    {
        var graph = new FolderGraph(typeof(ResilientHttpClientOptions).Assembly, Checkout.PathOf("src/Resilience.Http"));

        Assert.Contains(graph.Edges, edge => edge is { User: "CircuitBreaker", Used: "CircuitBreaker/States" });
        Assert.Contains(graph.Edges, edge => edge is { User: "CircuitBreaker/Registry", Used: "ClientSettings" });
    }

    [Fact]
    public void Uses_between_folders_are_found()
    {
        var graph = new FolderGraph(typeof(ChaosExperiment).Assembly, Checkout.PathOf("src/Resilience.Http.Chaos.Experiments"));

        Assert.Contains(graph.Edges, edge => edge is { User: "Running", Used: ProjectFolder });
        Assert.Contains(graph.Edges, edge => edge is { User: ProjectFolder, Used: "Toolkit" });
        Assert.Contains(graph.Edges, edge => edge is { User: "Steps", Used: "Http" });
    }
}
