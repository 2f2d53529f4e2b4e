#region usings
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
#endregion

var builder = WebApplication.CreateBuilder(args);

#region register
builder.Services.AddResilientHttpClient<PaymentsClient>("payments");
#endregion

#region telemetry
builder.Services.AddOpenTelemetry()
    .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddResilienceHttpInstrumentation())
    .WithMetrics(metrics => metrics.AddResilienceHttpInstrumentation())
    .UseOtlpExporter();
#endregion

var app = builder.Build();

#region use
app.MapGet("/charges/{id}", (string id, PaymentsClient payments) => payments.FindAsync(id));
#endregion

app.Run();

#region client
internal sealed class PaymentsClient(HttpClient http)
{
    public Task<string> FindAsync(string id) => http.GetStringAsync($"charges/{Uri.EscapeDataString(id)}");
}
#endregion
