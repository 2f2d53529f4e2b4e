using Resilience.Http.ClientSettings;
using Resilience.Http.Settings;

namespace Resilience.Http.Tests.Retry;

public sealed class RepeatableGrpcMethodsTests
{
    [Theory]
    [InlineData("greet.Greeter/SayHello")]
    [InlineData("/greet.Greeter/SayHello")]
    [InlineData("greet.Greeter")]
    [InlineData("Greeter_2/Say_Hello2")]
    public void A_method_or_a_service_may_be_named(string name) => Assert.Empty(Mistakes(name));

    [Theory]
    [InlineData("")]
    [InlineData("greet.Greeter/")]
    [InlineData("greet.Greeter/*")]
    [InlineData("greet.Greeter/Say Hello")]
    [InlineData("https://greeter.internal/greet.Greeter/SayHello")]
    public void A_name_that_is_not_a_gRPC_method_is_a_mistake(string name) =>
        Assert.Contains(
            "is not a gRPC method; allowed: methods such as greet.Greeter/SayHello",
            Assert.Single(Mistakes(name)),
            StringComparison.Ordinal);

    [Fact]
    public void Null_is_treated_like_an_empty_list()
    {
        var options = new ResilientHttpClientOptions { Retry = { RepeatableGrpcMethods = null! } };

        Assert.Empty(Check(options));
        Assert.Empty(options.Copy().Retry.RepeatableGrpcMethods);
    }

    private static IReadOnlyList<string> Mistakes(string name) =>
        Check(new ResilientHttpClientOptions { Retry = { RepeatableGrpcMethods = [name] } });

    private static IReadOnlyList<string> Check(ResilientHttpClientOptions options)
    {
        var reading = new OptionsReadResult("payments");
        ResilientHttpClientOptionsKeys.Keys.Check(options, prefix: "", reading);
        return reading.Mistakes;
    }
}
