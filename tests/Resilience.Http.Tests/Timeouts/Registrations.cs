using System.Reflection;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>
/// Counts what is registered on a token source. The framework does not tell, so its list is read by name; another name fails loudly.
/// </summary>
internal static class Registrations
{
    public static int On(CancellationTokenSource source)
    {
        var list = Field(typeof(CancellationTokenSource), source, "_registrations");
        var count = 0;
        for (var node = Next(list, "Callbacks"); node is not null; node = Next(node, "Next"))
        {
            count++;
        }

        return count;
    }

    private static object? Next(object? owner, string name) => owner is null ? null : Field(owner.GetType(), owner, name);

    private static object? Field(Type type, object owner, string name) =>
        type.GetField(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) is { } field
            ? field.GetValue(owner)
            : throw new MissingFieldException(type.Name, name);
}
