using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Resilience.Http.Analyzers;
using Resilience.Http.Tests.House;

namespace Resilience.Http.AnalyzerTests;

/// <summary>
/// The rules over the samples: one true diagnostic. A planted mistake of each rule in the same compilation is found: the rules were not
/// silent because the code could not be read.
/// </summary>
public sealed class SampleTests
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    private const string Mistakes = """
        namespace Planted;
        public sealed class Payments
        {
            private readonly HttpClient _http;
            public Payments(HttpClient http) { _http = http; _http.Timeout = TimeSpan.FromSeconds(1); }
            public Task PayAsync(CancellationToken token) => _http.GetAsync("a");
            public async Task PayTwiceAsync()
            {
                var request = new HttpRequestMessage(HttpMethod.Post, "a").AllowRetry();
                await _http.SendAsync(request);
                await _http.SendAsync(request);
            }
        }
        public sealed class Checkout(Payments payments)
        {
            public async Task RunAsync()
            {
                try { await payments.PayTwiceAsync(); } catch (Polly.CircuitBreaker.BrokenCircuitException) { }
            }
        }
        public static class Registration
        {
            public static void Add(IServiceCollection services)
            {
                services.AddHttpClient<Payments>().AddResilience();
                services.AddHttpClient("other").AddResilience().AddStandardResilienceHandler();
                services.AddSingleton<Checkout>();
            }
        }
        """;

    [Fact]
    public async Task Only_planted_mistakes_are_reported_in_the_samples()
    {
        var rules = typeof(Rules).GetFields().Select(static field => ((DiagnosticDescriptor)field.GetValue(null)!).Id).Order();

        var found = await AnalyzeAsync(Mistakes);

        var byFile = found.ToLookup(
            static each => Path.GetFileName(each.Location.SourceTree!.FilePath), static each => each.Id);
        Assert.Equal(rules, byFile["planted.cs"].Order());
        Assert.Equal(1, byFile.Count);
    }

    private static async Task<IReadOnlyList<Diagnostic>> AnalyzeAsync(string planted)
    {
        SyntaxTree[] trees =
        [
            .. Directory.GetFiles(Checkout.PathOf("samples"), "*.cs", SearchOption.AllDirectories)
                .Select(static file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: file)),
            CSharpSyntaxTree.ParseText(Usings),
            CSharpSyntaxTree.ParseText(planted, path: "planted.cs"),
        ];
        DiagnosticAnalyzer[] analyzers =
        [
            .. typeof(Rules).Assembly.GetTypes()
                .Where(static type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
                .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
        ];
        var compilation = CSharpCompilation.Create(
            "Samples", trees, Source.References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        return await compilation.WithAnalyzers([.. analyzers]).GetAnalyzerDiagnosticsAsync();
    }
}
