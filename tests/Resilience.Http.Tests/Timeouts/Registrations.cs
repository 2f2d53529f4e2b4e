using System.Reflection;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>Counts what is registered on a token source. The framework does not tell, so its list is read by name; another name fails loudly.</summary>
internal static class Registrations
{
    public static int On(CancellationTokenSource source)
    {
        var count = 0;
        for (var node = Field(source, "_registrations") is { } list ? Field(list, "Callbacks") : null; node is not null; node = Field(node, "Next"))
        {
            count++;
        }

        return count;
    }

    private static object? Field(object owner, string name) =>
        owner.GetType().GetField(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) is { } field
            ? field.GetValue(owner)
            : throw new MissingFieldException(owner.GetType().Name, name);
}
