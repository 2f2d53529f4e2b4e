using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Resilience.Http.Analyzers.Sending;

/// <summary>A call of HttpClient that sends the request or the content in a variable.</summary>
internal sealed class Send
{
    private readonly IInvocationOperation _call;

    private Send(IInvocationOperation call, IArgumentOperation argument, ISymbol variable, bool isRequest)
    {
        _call = call;
        Argument = argument;
        Variable = variable;
        IsRequest = isRequest;
    }

    public IArgumentOperation Argument { get; }

    public ISymbol Variable { get; }

    /// <summary>Or else a content.</summary>
    public bool IsRequest { get; }

    /// <summary>
    /// Whether a loop comes back to it, with the same object. A loop that the call always leaves is not one: <c>return</c> and
    /// <c>throw</c> after it, in its own block, count as such, and so does <c>break</c>. But a failure may come back by a <c>catch</c>.
    /// </summary>
    public bool IsRepeatedByLoop
    {
        get
        {
            var leaves = false;
            for (var (inner, outer) = ((IOperation)_call, _call.Parent); outer is not null; (inner, outer) = (outer, outer.Parent))
            {
                switch (outer)
                {
                    case IAnonymousFunctionOperation or ILocalFunctionOperation:
                        return false;
                    case ILoopOperation loop:
                        return !leaves && !IsDeclaredIn(loop);
                    case ITryOperation attempt when inner == attempt.Body && attempt.Catches.Any(static each => !Exits(each.Handler)):
                        leaves = false;
                        break;
                    default:
                        leaves |= IsExit(outer) || (outer is IBlockOperation block && Exits(block, after: inner));
                        break;
                }
            }

            return false;
        }
    }

    public static Send? From(IInvocationOperation call)
    {
        if (!call.TargetMethod.ContainingType.Is(Symbols.HttpClient) || !call.TargetMethod.SendsRequest())
        {
            return null;
        }

        foreach (var argument in call.Arguments)
        {
            var isRequest = argument.Parameter?.Type.Is(Symbols.HttpRequestMessage) == true;
            if ((isRequest || argument.Parameter?.Type.Is("System.Net.Http.HttpContent") == true)
                && VariableOf(argument.Value) is { } variable)
            {
                return new Send(call, argument, variable, isRequest);
            }
        }

        return null;
    }

    public static ISymbol? VariableOf(IOperation value) => value switch
    {
        IConversionOperation { IsImplicit: true } conversion => VariableOf(conversion.Operand),
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    /// <summary>
    /// Whether this one has always run before the other: its statement stands in a block that holds the other too, further down. What is
    /// evaluated only under a condition is not meant, nor what a lambda does.
    /// </summary>
    public bool Precedes(Send other)
    {
        if (Statement() is not { Parent: IBlockOperation block } own)
        {
            return false;
        }

        for (IOperation? each = other._call; each is not null; each = each.Parent)
        {
            if (each is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return false;
            }

            if (each.Parent == block)
            {
                return each != own && each.Syntax.SpanStart > own.Syntax.SpanStart;
            }
        }

        return false;
    }

    /// <summary>
    /// The statement of a block that always makes this call; <see langword="null"/> if a condition or a lambda is in between.
    /// </summary>
    private IOperation? Statement()
    {
        for (IOperation each = _call; each.Parent is { } parent; each = parent)
        {
            switch (parent)
            {
                case IBlockOperation:
                    return each is IReturnOperation or IThrowOperation ? null : each;
                case IConditionalOperation or ISwitchExpressionOperation or ICoalesceOperation or IConditionalAccessOperation
                    or IBinaryOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or ILoopOperation or ISwitchOperation
                    or ITryOperation:
                    return null;
                default:
                    break;
            }
        }

        return null;
    }

    private static bool Exits(IBlockOperation block, IOperation? after = null) =>
        block.Operations.SkipWhile(each => after is not null && each != after).Any(IsExit);

    private static bool IsExit(IOperation statement) => statement is IReturnOperation or IThrowOperation
        or IBranchOperation { BranchKind: BranchKind.Break or BranchKind.GoTo }
        or IExpressionStatementOperation { Operation: IThrowOperation };

    private bool IsDeclaredIn(ILoopOperation loop) =>
        Variable.DeclaringSyntaxReferences.Any(declaration => loop.Syntax.Span.Contains(declaration.Span));
}
