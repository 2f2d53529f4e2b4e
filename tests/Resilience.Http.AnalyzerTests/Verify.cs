using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Resilience.Http.AnalyzerTests;

/// <summary>
/// Compiles code against the real packages and compares what an analyzer reports with the marks <c>[|...|]</c> in it.
/// </summary>
internal static class Verify<TAnalyzer, TFix>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TFix : CodeFixProvider, new()
{
    public static Task ReportsAsync(string body, string members = "", string usings = "") =>
        CreateTest(Source.From(body, members, usings)).RunAsync();

    public static Task FixesAsync(string body, string fixedBody, string members = "", string fixedMembers = "", int action = 0)
    {
        var test = CreateTest(Source.From(body, members));
        test.FixedCode = Source.From(fixedBody, fixedMembers.Length > 0 ? fixedMembers : members);
        test.CodeActionIndex = action;
        return test.RunAsync();
    }

    private static CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier> CreateTest(string code)
    {
        var test = new Test { TestCode = code, ReferenceAssemblies = new ReferenceAssemblies("net10.0") };
        test.TestState.OutputKind = OutputKind.DynamicallyLinkedLibrary;
        test.TestState.AdditionalReferences.AddRange(Source.References);
        return test;
    }

    private sealed class Test : CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>
    {
        protected override ParseOptions CreateParseOptions() => new CSharpParseOptions(LanguageVersion.Latest);

        protected override CompilationOptions CreateCompilationOptions() => new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
    }
}
