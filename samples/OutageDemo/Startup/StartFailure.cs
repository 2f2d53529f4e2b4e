using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace OutageDemo.Startup;

/// <summary>A reason not to start that does not need a stack trace.</summary>
internal sealed class StartupException(string message) : Exception(message);

/// <summary>Explains why the sample did not start: one line, or one for each mistake in the settings.</summary>
internal static class StartFailure
{
    /// <returns>The text, or <see langword="null"/> if only a stack trace helps.</returns>
    public static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException wrong => string.Join(Environment.NewLine, wrong.Failures),
        StartupException => exception.Message,
        FileNotFoundException or DirectoryNotFoundException => exception.Message,
        IOException { InnerException: AddressInUseException } => $"{exception.Message.TrimEnd('.')}. Is the sample already running? " +
            "Choose other ports: dotnet run --project samples/WebApi -- --port 6080",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            "This user may not listen on that port. Choose a higher port: dotnet run --project samples/WebApi -- --port 6080",
        InvalidDataException { InnerException: { } reason } =>
            $"{exception.Message} {reason.Message} {reason.InnerException?.Message}".TrimEnd(),
        _ => null,
    };
}
