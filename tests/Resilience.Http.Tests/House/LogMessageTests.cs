using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests.House;

public sealed class LogMessageTests
{
    private static readonly (MethodInfo Method, string Message)[] Messages =
    [
        .. from type in typeof(ResilientHttpClientOptions).Assembly.GetTypes()
           from method in type.GetMethods(
               BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
           let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
           where attribute is not null
           select (method, attribute.Message),
    ];

    private static readonly Assembly[] Packages =
    [
        typeof(ResilientHttpClientOptions).Assembly,
        .. Directory.GetFiles(AppContext.BaseDirectory, "Resilience.Http.*.dll")
            .Where(static file => Path.GetFileNameWithoutExtension(file) is var name && !name.EndsWith("Tests", StringComparison.Ordinal))
            .Select(static file => Assembly.Load(Path.GetFileNameWithoutExtension(file))),
    ];

    [Fact]
    public void A_number_that_may_have_decimals_is_logged_with_at_most_three()
    {
        var raw =
            from each in Messages
            from parameter in each.Method.GetParameters()
            where parameter.ParameterType == typeof(double)
            where !Regex.IsMatch(each.Message, $$"""\{{{parameter.Name}}:0\.###\}""", RegexOptions.IgnoreCase)
            select $"{each.Method.DeclaringType!.Name}.{each.Method.Name}: {parameter.Name}";

        Assert.NotEmpty(Messages);
        Assert.Empty(raw);
    }

    /// <summary>People filter and search logs by it.</summary>
    [Fact]
    public void Each_log_message_of_all_packages_has_an_event_id_of_its_own()
    {
        var shared =
            from type in Packages.SelectMany(static package => package.GetTypes())
            from method in type.GetMethods(
                BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
            where attribute is not null
            group $"{type.Name}.{method.Name}" by attribute.EventId into named
            where named.Count() > 1
            select $"{named.Key}: {string.Join(", ", named)}";

        Assert.Empty(shared);
    }

    [Fact]
    public void Each_log_category_of_all_packages_is_in_the_docs()
    {
        var table = File.ReadAllText(Checkout.PathOf("docs/observability.md"));
        string[] categories =
        [
            .. from type in Packages.SelectMany(static package => package.GetTypes())
               from field in type.GetFields(BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
               where field is { IsLiteral: true, Name: "Category" } && field.FieldType == typeof(string)
               select (string)field.GetRawConstantValue()!,
        ];

        Assert.Contains("Resilience.Http.Retry", categories);
        Assert.All(categories, category => Assert.Contains($"| `{category}` |", table, StringComparison.Ordinal));
    }
}
