using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Resilience.Http.Analyzers.Sending;

/// <summary>A StreamContent over a stream that is known not to be seekable. Over a file it can be sent again.</summary>
internal static class OneTimeContent
{
    private static readonly HashSet<string> ForwardOnly = new(StringComparer.Ordinal)
    {
        "System.IO.Compression.GZipStream", "System.IO.Compression.DeflateStream", "System.IO.Compression.BrotliStream",
        "System.IO.Compression.ZLibStream", "System.Security.Cryptography.CryptoStream", "System.Net.Sockets.NetworkStream",
        "System.Net.Security.SslStream", "System.IO.Pipes.NamedPipeClientStream", "System.IO.Pipes.NamedPipeServerStream",
        "System.IO.Pipes.AnonymousPipeClientStream", "System.IO.Pipes.AnonymousPipeServerStream",
    };

    public static bool IsHeldBy(ISymbol variable, IOperation block) => block.Descendants()
        .OfType<IVariableDeclaratorOperation>()
        .Any(declarator => SymbolEqualityComparer.Default.Equals(declarator.Symbol, variable)
            && declarator.GetVariableInitializer()?.Value is { } value
            && Unconverted(value) is IObjectCreationOperation { Arguments: { Length: > 0 } arguments } content
            && content.Type.Is("System.Net.Http.StreamContent")
            && Unconverted(arguments[0].Value).Type is { } stream
            && ForwardOnly.Contains(stream.ToDisplayString()));

    private static IOperation Unconverted(IOperation value) =>
        value is IConversionOperation { IsImplicit: true } conversion ? Unconverted(conversion.Operand) : value;
}
