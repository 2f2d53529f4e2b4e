using Verify = Resilience.Http.AnalyzerTests.Verify<
    Resilience.Http.Analyzers.Sending.SentTwiceAnalyzer,
    Resilience.Http.AnalyzerTests.NoFix>;

namespace Resilience.Http.AnalyzerTests;

/// <summary>RHTTP006.</summary>
public sealed class SentTwiceTests
{
    private const string Create = "var request = new HttpRequestMessage(HttpMethod.Get, \"a\");\n";

    [Theory]
    [InlineData("await http.SendAsync(request);\nawait http.SendAsync([|request|]);")]
    [InlineData("http.Send(request);\nif (provider is null) { await http.SendAsync([|request|], CancellationToken.None); }")]
    [InlineData("using var one = await http.SendAsync(request).ConfigureAwait(false);\ntry { http.Send([|request|]); } finally { }")]
    [InlineData("for (var i = 0; i < 3; i++) { await http.SendAsync([|request|]); }")]
    [InlineData("while (true) { try { await http.SendAsync([|request|]); return; } catch (HttpRequestException) { } }")]
    [InlineData("for (var i = 0; ; i++) { try { await http.SendAsync([|request|]); break; } catch when (i < 3) { await Task.Delay(9); } }")]
    [InlineData("while (true) { try { if (provider is null) { http.Send([|request|]); return; } } catch (IOException) { continue; } }")]
    [InlineData("while (true) { var r = await http.SendAsync([|request|]); if (r.IsSuccessStatusCode) { break; } }")]
    public Task A_request_that_is_sent_twice_is_reported(string sends) => Verify.ReportsAsync(Create + sends);

    [Theory]
    [InlineData("if (provider is null) { await http.SendAsync(request); } else { http.Send(request); }")]
    [InlineData("if (provider is null) { await http.SendAsync(request); return; }\nawait http.SendAsync(request);")]
    [InlineData("var r = provider is null ? await http.SendAsync(request) : http.Send(request);")]
    [InlineData("await http.SendAsync(request);\nrequest = new HttpRequestMessage();\nawait http.SendAsync(request);")]
    [InlineData("await http.SendAsync(request);\nReset(ref request);\nawait http.SendAsync(request);\n" +
        "static void Reset(ref HttpRequestMessage r) => r = new();")]
    [InlineData("while (true) { try { await http.SendAsync(request); return; } catch (HttpRequestException) { throw; } }")]
    [InlineData("for (var i = 0; i < 3; i++) { await http.SendAsync(request); break; }")]
    [InlineData("while (true) { try { await http.SendAsync(request); return; } catch (IOException) { break; } finally { } }")]
    [InlineData("while (true) { try { await http.SendAsync(request); } catch (IOException) { } throw new IOException(); }")]
    [InlineData("while (true) { try { await http.SendAsync(request); return; } catch { request = new HttpRequestMessage(); } }")]
    [InlineData("foreach (var uri in new[] { \"a\" })" +
        "{ var each = new HttpRequestMessage(HttpMethod.Get, uri); await http.SendAsync(each); }")]
    [InlineData("await http.SendAsync(request);\nFunc<Task> again = () => http.SendAsync(request);")]
    [InlineData("await http.SendAsync(request);\nawait http.SendAsync(new HttpRequestMessage());")]
    [InlineData("var invoker = new HttpMessageInvoker(new HttpClientHandler());\n" +
        "invoker.Send(request, default);\ninvoker.Send(request, default);")]
    public Task A_request_that_may_be_sent_once_is_not_reported(string sends) => Verify.ReportsAsync(Create + sends);

    [Fact]
    public Task A_switch_that_sends_once_in_each_case_is_not_reported() => Verify.ReportsAsync(
        Create + "switch (provider) { case null: await http.SendAsync(request); break; default: await http.SendAsync(request); break; }");

    [Fact]
    public Task A_content_whose_stream_cannot_be_read_again_is_reported() => Verify.ReportsAsync(
        """
        var content = new StreamContent(new GZipStream(Stream.Null, CompressionMode.Compress));
        await http.PostAsync("a", content);
        await http.PostAsync("b", [|content|]);
        """);

    [Theory]
    [InlineData("new StreamContent(new MemoryStream())")]
    [InlineData("new StreamContent(File.OpenRead(\"a\"))")]
    [InlineData("new StringContent(\"a\")")]
    public Task A_content_that_can_be_read_again_is_not_reported(string content) => Verify.ReportsAsync(
        $"var content = {content};\nawait http.PostAsync(\"a\", content);\nawait http.PostAsync(\"b\", content);");
}
