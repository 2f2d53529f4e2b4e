using Resilience.Http.Registration.Configuration;

namespace Resilience.Http.Tests.House;

/// <summary>
/// A setting travels one way: host start, reading, checking, store, service. No class calls back into one that it came through.
/// </summary>
public sealed class ClassCircleTests
{
    private const string Registration = "Resilience.Http.Registration";

    private static IReadOnlyList<FolderGraph.Edge> Edges =>
    [
        .. from type in typeof(ConfigurationSnapshot).Assembly.GetTypes().Where(IsOfRegistration)
           let user = Outermost(type).Name
           from reference in TypeReferences.Find(type).Where(IsOfRegistration)
           let used = Outermost(reference).Name
           where user != used
           select new FolderGraph.Edge(user, used, "both read or check settings"),
    ];

    [Fact]
    public void No_classes_that_read_and_check_settings_use_each_other_in_a_circle() => Assert.Empty(FolderGraph.EdgesInCircles(Edges));

    [Fact]
    public void Uses_between_classes_are_found()
    {
        Assert.Contains(Edges, edge => edge is { User: nameof(ConfigurationValidator), Used: nameof(ClientOptionsFactory) });
        Assert.Contains(Edges, edge => edge is { User: nameof(ConfigurationReloader), Used: nameof(OptionsStore) });
    }

    private static bool IsOfRegistration(Type type) =>
        Outermost(type).Namespace is { } name && (name == Registration || name.StartsWith(Registration + ".", StringComparison.Ordinal));

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
