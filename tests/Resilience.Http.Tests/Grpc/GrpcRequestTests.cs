using Resilience.Http.Grpc;

namespace Resilience.Http.Tests.Grpc;

public sealed class GrpcRequestTests
{
    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("Application/GRPC+json", true)]
    [InlineData("application/grpc; charset=utf-8", true)]
    [InlineData("application/grpc-web", true)]
    [InlineData("application/grpc-web-text+proto", true)]
    [InlineData("application/grpcx", false)]
    [InlineData("application/json", false)]
    public void A_gRPC_call_is_recognized_by_its_content_type(string type, bool isGrpc)
    {
        using var request = GrpcWorld.Call(type: type);

        Assert.Equal(isGrpc, GrpcRequest.Is(request));
    }

    [Fact]
    public void A_call_is_a_post_with_a_body_and_asks_for_trailers()
    {
        using var noTrailers = GrpcWorld.Call();
        noTrailers.Headers.TE.Clear();
        using var noPost = GrpcWorld.Call();
        noPost.Method = HttpMethod.Put;
        using var noBody = GrpcWorld.Call();
        noBody.Content = null;

        Assert.All([noTrailers, noPost, noBody], request => Assert.False(GrpcRequest.Is(request)));
    }

    [Theory]
    [InlineData("greet.Greeter/SayHello", true)]
    [InlineData("/greet.Greeter/SayHello", true)]
    [InlineData("greet.Greeter", true)]
    [InlineData("greet.Greeter/SayHelloAgain", false)]
    [InlineData("greet.Greeter/Say", false)]
    [InlineData("Greeter/SayHello", false)]
    [InlineData("Greeter", false)]
    [InlineData("SayHello", false)]
    [InlineData("greet.greeter/sayhello", false)]
    public void A_name_is_that_of_a_method_or_of_a_whole_service(string name, bool names)
    {
        Assert.Equal(names, GrpcRequest.CallsOneOf([name], new Uri("https://greeter.internal/greet.Greeter/SayHello")));
        Assert.Equal(names, GrpcRequest.CallsOneOf(["x.Y", name], new Uri("https://gateway.internal/below/greet.Greeter/SayHello")));
    }

    [Theory]
    [InlineData("https://greeter.internal/")]
    [InlineData("https://greeter.internal/SayHello")]
    [InlineData("https://greeter.internal//SayHello")]
    public void An_address_that_is_not_a_method_of_a_service_has_no_name(string uri) =>
        Assert.False(GrpcRequest.CallsOneOf(["greet.Greeter", "greet.Greeter/SayHello"], new Uri(uri)));

    /// <summary>The Content-Type of these was set as an object, whose text would be made anew.</summary>
    [Fact]
    public void Other_requests_are_recognized_without_an_allocation()
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, "https://payments.internal/") { Content = new StringContent("{}") };
        using var get = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/");
        _ = (GrpcRequest.Is(post), GrpcRequest.Is(get));

        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = (GrpcRequest.Is(post), GrpcRequest.Is(get));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
