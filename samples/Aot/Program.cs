using System.Diagnostics;

// A minimal API with one resilient client, for native AOT: dotnet publish samples/Aot.
// It calls itself once, prints what came of it and ends, so that a build can check the published program.
var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddResilientHttpClient<StockClient>("stock");

var app = builder.Build();
var requests = 0;
app.MapGet("/stock/{sku}", (string sku) => Interlocked.Increment(ref requests) == 1
    ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable)
    : Results.Text($"12 {sku}"));
app.MapGet("/orders/{sku}", (string sku, HttpRequest request, StockClient stock) =>
    stock.CountAsync(new Uri($"http://{request.Host}/stock/{sku}")));
await app.StartAsync();

using var caller = new HttpClient();
var answer = await caller.GetStringAsync(new Uri($"{app.Urls.Single()}/orders/tea"));
var process = Process.GetCurrentProcess();
var age = DateTime.Now - process.StartTime;
Console.WriteLine(
    $"{answer} in stock, after {requests} requests; {age.TotalMilliseconds:0} ms since the process started, " +
    $"{process.WorkingSet64 / (1 << 20)} MiB");
await app.StopAsync();
return answer == "12 tea" && requests == 2 ? 0 : 1;

internal sealed class StockClient(HttpClient http)
{
    public Task<string> CountAsync(Uri address) => http.GetStringAsync(address);
}
