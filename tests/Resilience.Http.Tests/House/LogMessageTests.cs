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
}
