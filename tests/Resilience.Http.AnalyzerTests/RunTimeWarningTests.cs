using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Polly;
using Resilience.Http.Analyzers.Registrations;

namespace Resilience.Http.AnalyzerTests;

/// <summary>The Warning at run time and the analyzer, on the same registration.</summary>
public sealed class RunTimeWarningTests
{
    [Theory]
    [InlineData("AddStandardResilienceHandler", "")]
    [InlineData("AddTransientHttpErrorPolicy", "policy => policy.RetryAsync(3)")]
    public async Task A_second_layer_is_the_same_mistake_at_run_time_and_in_the_editor(string method, string arguments)
    {
        var inEditor = Assert.Single(await AnalyzeAsync($"services.AddHttpClient(\"payments\").AddResilience().{method}({arguments});"));
        var atRunTime = Assert.Single(Run(method));
        var message = inEditor.GetMessage(CultureInfo.InvariantCulture);

        Assert.StartsWith($"{inEditor.Id}: ", atRunTime, StringComparison.Ordinal);
        Assert.Equal(DiagnosticSeverity.Warning, inEditor.Severity);
        Assert.All(
            new[]
            {
                "If both repeat a call, ", "Keep one of them: remove ", $"{method}()", ", or set Retry:Enabled to false for this client.",
            },
            part =>
            {
                Assert.Contains(part, atRunTime, StringComparison.Ordinal);
                Assert.Contains(part, message, StringComparison.Ordinal);
            });
        Assert.EndsWith(" See docs/analyzers.md.", atRunTime, StringComparison.Ordinal);
        Assert.StartsWith("See docs/analyzers.md#", inEditor.Descriptor.Description.ToString(null), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Diagnostic>> AnalyzeAsync(string registration)
    {
        var compilation = CSharpCompilation.Create(
            "App",
            [CSharpSyntaxTree.ParseText(Source.From(registration, ""))],
            Source.References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        return await compilation.WithAnalyzers([new SecondLayerAnalyzer()]).GetAnalyzerDiagnosticsAsync();
    }

    /// <summary>The warnings when a client with this registration is created.</summary>
    private static List<string> Run(string method)
    {
        var log = new WarningLog();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log));
        var client = services.AddHttpClient("payments").AddResilience();
        _ = method == "AddStandardResilienceHandler"
            ? client.AddStandardResilienceHandler().Services
            : client.AddTransientHttpErrorPolicy(static policy => policy.RetryAsync(3)).Services;
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments").Dispose();
        return log.Lines;
    }

    private sealed class WarningLog : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Lines.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
