namespace Resilience.Http.Tests.House;

/// <summary>
/// A folder of the middleware uses only the folders below it and those inside it, and features never name each other.
/// </summary>
public sealed class FolderDirectionTests
{
    /// <summary>Top to bottom; folders of one line do not know each other.</summary>
    private static readonly string[][] Levels =
    [
        ["Registration"],
        ["Monitoring"],
        ["Chain"],
        ["Tracing", "Fallback", "Timeouts", "Retry", "Hedging", "Endpoints", "RateLimiting", "ConcurrencyLimit", "CircuitBreaker", "Fleet"],
        ["Pipeline"],
        ["Deadlines"],
        ["ClientSettings"],
        ["Requests"],
        ["Content"],
        ["Grpc"],
        ["Outcomes"],
        ["Telemetry"],
        ["Settings"],
    ];

    /// <summary>The folder of the project itself holds no types.</summary>
    private const string Root = "";

    private static readonly Dictionary<string, string> FolderByFile = Directory
        .EnumerateFiles(Checkout.PathOf("src/Resilience.Http"), "*.cs", SearchOption.AllDirectories)
        .ToDictionary(
            file => Path.GetFileNameWithoutExtension(file),
            file => Path
                .GetRelativePath(Checkout.PathOf("src/Resilience.Http"), file)
                .Split(Path.DirectorySeparatorChar) is [var folder, .., _] ? folder : Root);

    [Fact]
    public void A_folder_uses_only_folders_below_it()
    {
        var upward =
            from type in OwnTypes()
            let user = FolderOf(type)
            from reference in TypeReferences.Find(type).Where(IsOwn)
            let used = FolderOf(reference)
            where user != used && LevelOf(user) >= LevelOf(used)
            select $"{user} > {used}: {Outermost(type).Name} uses {Outermost(reference).Name}";

        Assert.Empty(upward.Distinct().Order());
    }

    /// <summary>A folder composes what is in the folders inside it. What they share is in one of them.</summary>
    [Fact]
    public void A_folder_does_not_use_the_folder_around_it()
    {
        var graph = new FolderGraph(typeof(ResilientHttpClientOptions).Assembly, Checkout.PathOf("src/Resilience.Http"));

        Assert.Empty(graph.Edges
            .Where(edge => edge.User.StartsWith(edge.Used + "/", StringComparison.Ordinal))
            .Select(edge => edge.Because)
            .Distinct()
            .Order());
    }

    [Fact]
    public void Every_folder_has_its_place_in_the_order()
    {
        var folders = OwnTypes().Select(FolderOf).Distinct();

        Assert.Empty(folders.Except(Levels.SelectMany(level => level)));
    }

    [Fact]
    public void The_references_of_a_type_are_found()
    {
        var chain = OwnTypes().Single(type => type.Name == "ResilienceChain");

        Assert.Contains(TypeReferences.Find(chain), type => FolderOf(type) == "Retry");
    }

    private static IEnumerable<Type> OwnTypes() => typeof(ResilientHttpClientOptions).Assembly.GetTypes().Where(IsOwn);

    /// <summary>Not what the compiler and its generators (regular expressions, logging) put into the assembly.</summary>
    private static bool IsOwn(Type type) => Outermost(type) is { Namespace: { } name } outermost
        && !name.StartsWith("System.Runtime", StringComparison.Ordinal)
        && !name.StartsWith("System.Text.RegularExpressions", StringComparison.Ordinal)
        && !name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
        && !name.StartsWith("Microsoft.Extensions.Configuration.Binder", StringComparison.Ordinal)
        && !outermost.Name.StartsWith('<') && !outermost.Name.Contains("__", StringComparison.Ordinal);

    private static string FolderOf(Type type)
    {
        var outermost = Outermost(type);
        var name = outermost.Namespace ?? "";
        if (name.StartsWith("Resilience.Http.", StringComparison.Ordinal))
        {
            return name.Split('.')[2];
        }

        var file = outermost.Name.Split('`')[0];
        return FolderByFile.TryGetValue(file, out var folder)
            ? folder
            : throw new InvalidOperationException($"{outermost} is public, so its file must be called {file}.cs.");
    }

    private static int LevelOf(string folder) => Array.FindIndex(Levels, level => level.Contains(folder));

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
