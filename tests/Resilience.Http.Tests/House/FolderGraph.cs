using System.Reflection;

namespace Resilience.Http.Tests.House;

/// <summary>
/// Which folder of a project uses which, read from the compiled types: an edge for each type that names a type of another folder.
/// </summary>
internal sealed class FolderGraph
{
    private readonly Assembly _assembly;
    private readonly string _namespace;
    private readonly ILookup<string, string> _foldersByFile;

    public FolderGraph(Assembly assembly, string sources)
    {
        _assembly = assembly;
        _namespace = assembly.GetName().Name!;
        _foldersByFile = Directory
            .EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories)
            .ToLookup(
                Path.GetFileNameWithoutExtension, file => Path.GetDirectoryName(Path.GetRelativePath(sources, file))!.Replace('\\', '/'))!;
        Edges =
        [
            .. from type in OwnTypes()
               let user = FolderOf(type)
               from reference in TypeReferences.Find(type).Where(IsOwn)
               let used = FolderOf(reference)
               where user != used
               select new Edge(user, used, $"{Outermost(type).Name} uses {Outermost(reference).Name}"),
        ];
    }

    public IReadOnlyList<Edge> Edges { get; }

    /// <summary>
    /// The edges that are part of a circle: between folders as they are, and between the folders above them at each level.
    /// </summary>
    public IReadOnlyList<string> EdgesInCircles() => EdgesInCircles(Edges);

    /// <inheritdoc cref="EdgesInCircles()"/>
    public static IReadOnlyList<string> EdgesInCircles(IReadOnlyList<Edge> edges)
    {
        var deepest = edges.Select(edge => edge.User.Split('/').Length).DefaultIfEmpty().Max();
        return
        [
            .. Enumerable.Range(1, deepest)
                .SelectMany(level => EdgesInCirclesAt(level, edges))
                .Distinct()
                .Order(),
        ];
    }

    private static IEnumerable<string> EdgesInCirclesAt(int level, IReadOnlyList<Edge> all)
    {
        Edge[] edges =
        [
            .. all
                .Select(edge => edge with { User = Above(edge.User, level), Used = Above(edge.Used, level) })
                .Where(edge => edge.User != edge.Used),
        ];
        var reachable = edges.ToLookup(edge => edge.User, edge => edge.Used);
        return edges.Where(edge => Reach(edge.Used).Contains(edge.User)).Select(edge => $"{edge.User} > {edge.Used}: {edge.Because}");

        HashSet<string> Reach(string start)
        {
            HashSet<string> seen = [start];
            Queue<string> next = new(seen);
            while (next.TryDequeue(out var folder))
            {
                foreach (var used in reachable[folder].Where(seen.Add))
                {
                    next.Enqueue(used);
                }
            }

            return seen;
        }
    }

    private static string Above(string folder, int level) => string.Join('/', folder.Split('/').Take(level));

    private IEnumerable<Type> OwnTypes() => _assembly.GetTypes().Where(IsOwn);

    /// <summary>Not what the compiler and its generators put into the assembly.</summary>
    private bool IsOwn(Type type) => Outermost(type) is { Namespace: { } name } outermost
        && (_foldersByFile.Contains(FileOf(outermost))
            || name == _namespace
            || name.StartsWith(_namespace + ".", StringComparison.Ordinal));

    private string FolderOf(Type type)
    {
        var outermost = Outermost(type);
        var name = outermost.Namespace!;
        if (name.StartsWith(_namespace + ".", StringComparison.Ordinal))
        {
            return name[(_namespace.Length + 1)..].Replace('.', '/');
        }

        return _foldersByFile[FileOf(outermost)].FirstOrDefault("");
    }

    private static string FileOf(Type outermost) => outermost.Name.Split('`')[0];

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <param name="User">The folder that uses the other; empty for the project folder itself.</param>
    /// <param name="Used">The folder that is used.</param>
    /// <param name="Because">Which type uses which.</param>
    internal sealed record Edge(string User, string Used, string Because);
}
