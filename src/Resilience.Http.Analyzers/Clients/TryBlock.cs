using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Resilience.Http.Analyzers.Registrations;

namespace Resilience.Http.Analyzers.Clients;

/// <summary>What a try block calls.</summary>
internal sealed class TryBlock(
    BlockSyntax block, SemanticModel model, INamedTypeSymbol? container, ResilientClients clients, CancellationToken cancellation)
{
    /// <summary>Namespaces whose methods never throw exceptions of Polly, unless they call back.</summary>
    private static readonly string[] Platform =
    [
        "System", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.Extensions.Caching",
        "Microsoft.Extensions.Configuration", "Microsoft.Extensions.Logging", "Microsoft.Extensions.Options", "Newtonsoft.Json",
    ];

    /// <summary>
    /// The resilient client that the block calls; <see langword="null"/> if there is none, or if anything else in the block could throw
    /// an exception of Polly: the user's code, a callback, a task that began elsewhere, or a method of another package.
    /// </summary>
    public ITypeSymbol? FindOnlyClient()
    {
        if (block.DescendantNodes().Any(IsUnknown))
        {
            return null;
        }

        ITypeSymbol? client = null;
        foreach (var call in block.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(Operation))
        {
            if (call is INameOfOperation)
            {
                continue;
            }

            if (call is not IInvocationOperation invocation || CallsBack(invocation.TargetMethod))
            {
                return null;
            }

            if (ClientOf(invocation) is { } called)
            {
                client = called;
            }
            else if (!IsOfThePlatform(invocation.TargetMethod) || invocation.TargetMethod.SendsRequest())
            {
                return null;
            }
        }

        return client;
    }

    private IOperation? Operation(InvocationExpressionSyntax call) => model.GetOperation(call, cancellation);

    private bool IsUnknown(SyntaxNode node) => node switch
    {
        AnonymousFunctionExpressionSyntax or QueryExpressionSyntax => true,
        IdentifierNameSyntax name => BeganElsewhere(name),
        _ => false,
    };

    /// <summary>A task or an asynchronous sequence that was not created in this block.</summary>
    private bool BeganElsewhere(IdentifierNameSyntax name)
    {
        var symbol = model.GetSymbolInfo(name, cancellation).Symbol;
        var type = symbol switch
        {
            ILocalSymbol local => local.Type,
            IParameterSymbol parameter => parameter.Type,
            IFieldSymbol field => field.Type,
            IPropertySymbol { DeclaringSyntaxReferences.Length: > 0 } property => property.Type, // Task.CompletedTask is harmless
            _ => null,
        };
        return type is not null
            && (type.IsAwaited() || (type as IArrayTypeSymbol)?.ElementType.IsAwaited() == true
                || (type as INamedTypeSymbol)?.TypeArguments.Any(static argument => argument.IsAwaited()) == true)
            && !symbol!.DeclaringSyntaxReferences.Any(declaration => block.Span.Contains(declaration.Span));
    }

    /// <summary>A delegate, or a method that gets one: what it does is not known.</summary>
    private static bool CallsBack(IMethodSymbol method) => method.MethodKind == MethodKind.DelegateInvoke
        || method.Parameters.Any(static parameter => parameter.Type.TypeKind == TypeKind.Delegate);

    /// <summary>The resilient client whose method this is, or inside which its HttpClient is called.</summary>
    private ITypeSymbol? ClientOf(IInvocationOperation call)
    {
        ITypeSymbol? type = call.TargetMethod.SendsRequest()
            ? InjectedClient.IsReceiverOf(call, cancellation) ? container : null
            : call.Instance?.Type;
        return clients.Find(type) is { } client && !PollyUse.IsPossibleIn(client, clients, cancellation) ? type : null;
    }

    /// <summary>Handlers and invokers of the platform pass requests on to the user's handlers.</summary>
    private static bool IsOfThePlatform(IMethodSymbol method) => method.ContainingNamespace.ToDisplayString() is { } name
        && Platform.Any(each => name == each || name.StartsWith(each + ".", StringComparison.Ordinal))
        && !(name == "System.Net.Http" && method.Name is "Send" or "SendAsync")
        && method is not { ContainingType.TypeKind: TypeKind.Interface, Name: "GetService" };
}
