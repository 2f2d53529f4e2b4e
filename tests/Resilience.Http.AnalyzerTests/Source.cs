using Microsoft.CodeAnalysis;

namespace Resilience.Http.AnalyzerTests;

/// <summary>The code around what a test is about: an app that registers clients.</summary>
internal static class Source
{
    /// <summary>Everything that this test project runs with: the framework, Resilience.Http and the packages that it replaces.</summary>
    public static IEnumerable<MetadataReference> References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    public static string From(string body, string members, string usings = "") => $$"""
        using System;
        using System.IO;
        using System.IO.Compression;
        using System.Net.Http;
        using System.Net.Http.Json;
        using System.Threading;
        using System.Threading.Tasks;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.DependencyInjection.Extensions;
        using Microsoft.Extensions.Hosting;
        using Polly;
        using Polly.CircuitBreaker;
        using Polly.Timeout;
        using Resilience.Http;
        {{usings}}

        public static class App
        {
            public static async Task RunAsync(IServiceCollection services, IServiceProvider provider, HttpClient http)
            {
                {{body.ReplaceLineEndings("\n        ")}}
                await Task.Yield();
            }
        }

        {{members}}
        """;
}
