namespace Resilience.Http.Settings;

/// <summary>The name of a gRPC method, or of a service for all of its methods.</summary>
internal sealed class GrpcMethodFormat : ValueFormat<string>
{
    public static readonly GrpcMethodFormat Instance = new();

    public override string Name => "gRPC method";

    public override string Allowed => "methods such as greet.Greeter/SayHello, or services such as greet.Greeter";

    public override string? Parse(string text, out string value) => Check(value = text.Trim());

    public override string? Check(string value) => IsName(value) ? null : "is not a gRPC method";

    public override string Format(string value) => value;

    private static bool IsName(string? value)
    {
        var parts = value?.TrimStart('/').Split('/') ?? [];
        return parts.Length is 1 or 2
            && parts.All(static part => part.Length > 0 && part.All(static each => char.IsLetterOrDigit(each) || each is '.' or '_'));
    }
}
