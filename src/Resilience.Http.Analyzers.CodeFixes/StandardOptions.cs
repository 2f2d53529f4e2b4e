using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Resilience.Http.Analyzers.Registrations;

namespace Resilience.Http.Analyzers.CodeFixes;

/// <summary>The options of AddStandardResilienceHandler in code, with the names that they have here.</summary>
internal static class StandardOptions
{
    /// <summary>Only those that mean the same here, with a value of the same type.</summary>
    private static readonly Dictionary<string, string> NameHere = new(StringComparer.Ordinal)
    {
        ["TotalRequestTimeout.Timeout"] = "TotalTimeout",
        ["AttemptTimeout.Timeout"] = "AttemptTimeout",
        ["Retry.MaxRetryAttempts"] = "Retry.MaxRetries",
        ["Retry.Delay"] = "Retry.BaseDelay",
        ["Retry.ShouldRetryAfterHeader"] = "Retry.HonorRetryAfter",
        ["CircuitBreaker.FailureRatio"] = "CircuitBreaker.FailureRatio",
        ["CircuitBreaker.MinimumThroughput"] = "CircuitBreaker.MinimumThroughput",
        ["CircuitBreaker.SamplingDuration"] = "CircuitBreaker.SamplingWindow",
        ["CircuitBreaker.BreakDuration"] = "CircuitBreaker.RecoveryTimeout",
    };

    /// <returns>The lambda for AddResilience; <see langword="null"/> if there are no options, or one that is not a plain value.</returns>
    public static ArgumentSyntax? Map(InvocationExpressionSyntax call)
    {
        if (BuilderCalls.NameOf(call) != "AddStandardResilienceHandler"
            || call.ArgumentList.Arguments.Count != 1
            || call.ArgumentList.Arguments[0].Expression is not SimpleLambdaExpressionSyntax lambda)
        {
            return null;
        }

        var assignments = Assignments(lambda).ToList();
        return assignments.Count > 0 && assignments.All(assignment => Map(assignment, lambda) is not null)
            ? SyntaxFactory.Argument(lambda
                .ReplaceNodes(
                    assignments.Select(static assignment => assignment!.Left),
                    (target, _) => Map((AssignmentExpressionSyntax)target.Parent!, lambda)!.WithTriviaFrom(target))
                .WithoutTrivia())
            : null;
    }

    private static IEnumerable<AssignmentExpressionSyntax?> Assignments(SimpleLambdaExpressionSyntax lambda) => lambda.Body switch
    {
        BlockSyntax block => block.Statements.Select(
            static statement => (statement as ExpressionStatementSyntax)?.Expression as AssignmentExpressionSyntax),
        var expression => [expression as AssignmentExpressionSyntax],
    };

    /// <summary>The target of the assignment here.</summary>
    private static ExpressionSyntax? Map(AssignmentExpressionSyntax? assignment, SimpleLambdaExpressionSyntax lambda)
    {
        var prefix = $"{lambda.Parameter.Identifier.ValueText}.";
        return assignment?.Left.ToString() is { } target
            && target.StartsWith(prefix, StringComparison.Ordinal)
            && NameHere.TryGetValue(target.Substring(prefix.Length), out var name)
            && IsPlain(assignment.Right)
                ? SyntaxFactory.ParseExpression(prefix + name)
                : null;
    }

    /// <summary>A literal, or TimeSpan.From...(literal).</summary>
    private static bool IsPlain(ExpressionSyntax value) => value switch
    {
        LiteralExpressionSyntax => true,
        PrefixUnaryExpressionSyntax { Operand: var operand } => IsPlain(operand),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: SimpleNameSyntax type } } call =>
            type.Identifier.ValueText == nameof(TimeSpan)
            && call.ArgumentList.Arguments.All(static argument => IsPlain(argument.Expression)),
        _ => false,
    };
}
