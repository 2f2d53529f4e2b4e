using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebApi.Conventions;

/// <summary>What all endpoints have in common: problem details, enums as text, validated bodies, an OpenAPI document.</summary>
internal static class ApiConventions
{
    public static void AddApiConventions(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = AddAdvice);
        services.AddExceptionHandler<ExceptionProblems>();
        services.AddValidation();
        services.AddOpenApi();
        // so that the problem details can name the mistake
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.Converters.Add(
                new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            options.SerializerOptions.RespectNullableAnnotations = true;
            options.SerializerOptions.WriteIndented = true; // people read this API with curl
            options.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
    }

    public static void UseApiConventions(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapOpenApi();
    }

    /// <summary>Routing answers these two itself, with a status only.</summary>
    private static void AddAdvice(ProblemDetailsContext context) => context.ProblemDetails.Detail ??= context.ProblemDetails.Status switch
    {
        StatusCodes.Status404NotFound => "Nothing is mapped to this path. GET / lists what to try.",
        StatusCodes.Status415UnsupportedMediaType => "Send JSON: curl --json '{...}', or -H 'Content-Type: application/json' beside -d.",
        _ => null,
    };
}
