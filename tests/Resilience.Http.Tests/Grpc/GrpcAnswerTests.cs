using System.Net;
using Resilience.Http.Grpc;

namespace Resilience.Http.Tests.Grpc;

public sealed class GrpcAnswerTests
{
    [Fact]
    public void A_failure_is_a_200_that_ends_with_its_headers()
    {
        using var request = GrpcWorld.Call();

        using var response = GrpcAnswer.To(request, new(GrpcStatus.Unavailable, "down", TimeSpan.FromMilliseconds(1.2), "open"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Same(request, response.RequestMessage);
        Assert.Equal("application/grpc", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            ["grpc-status: 14", "grpc-message: down", "grpc-retry-pushback-ms: 2", "Resilience-Rejected: open"],
            response.Headers.Select(header => $"{header.Key}: {string.Join(',', header.Value)}"));
    }

    [Fact]
    public void The_web_form_of_a_call_is_answered_in_its_form_and_version()
    {
        using var request = GrpcWorld.Call(type: "application/grpc-web-text+proto");
        request.Version = HttpVersion.Version11;

        using var response = GrpcAnswer.To(request, new(GrpcStatus.DeadlineExceeded, "late"));

        Assert.Equal(HttpVersion.Version11, response.Version);
        Assert.Equal("application/grpc-web-text+proto", response.Content.Headers.ContentType!.ToString());
        Assert.False(response.Headers.Contains("grpc-retry-pushback-ms"));
        Assert.False(response.Headers.Contains("Resilience-Rejected"));
    }

    [Theory]
    [InlineData("100 % of ünïcödé\r\n", "100 %25 of %C3%BCn%C3%AFc%C3%B6d%C3%A9%0D%0A")]
    [InlineData("~ plain", "~ plain")]
    public void A_message_is_percent_encoded_utf8(string message, string encoded)
    {
        using var request = GrpcWorld.Call();

        using var response = GrpcAnswer.To(request, new(GrpcStatus.Unavailable, message));

        Assert.Equal(encoded, Assert.Single(response.Headers.GetValues("grpc-message")));
    }

    [Theory]
    [InlineData(-1, "-1")]
    [InlineData(3_000_000_000, "2147483647")]
    public void A_pushback_is_an_int_of_milliseconds(double milliseconds, string text)
    {
        using var request = GrpcWorld.Call();

        using var response = GrpcAnswer.To(request, new(GrpcStatus.Unavailable, "down", TimeSpan.FromMilliseconds(milliseconds)));

        Assert.Equal(text, Assert.Single(response.Headers.GetValues("grpc-retry-pushback-ms")));
    }
}
