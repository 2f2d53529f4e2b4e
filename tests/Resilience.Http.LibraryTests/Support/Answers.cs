using Microsoft.AspNetCore.Http;

namespace Resilience.Http.LibraryTests.Support;

/// <summary>What the server does with a request.</summary>
internal static class Answers
{
    public static Func<int, HttpContext, Task> Always(int status) => (_, http) =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>503 a few times, then 200 with a body of JSON.</summary>
    public static Func<int, HttpContext, Task> FailingFirst(int failures, string json) =>
        (number, http) => number <= failures ? Always(503)(number, http) : Json(json)(number, http);

    public static Func<int, HttpContext, Task> Json(string json) => (_, http) =>
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers["x-elastic-product"] = "Elasticsearch";
        return http.Response.WriteAsync(json);
    };

    /// <summary>Sends no headers until the client has gone.</summary>
    public static Func<int, HttpContext, Task> Silence() => async (_, http) =>
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (http.RequestAborted.Register(gone.SetResult))
        {
            await gone.Task;
        }
    };

    /// <summary>The first line at once, the second when the client says that it has seen the first.</summary>
    public static Func<int, HttpContext, Task> Lines(string type, string first, string second, Task seen) => async (_, http) =>
    {
        http.Response.ContentType = type;
        await http.Response.WriteAsync(first);
        await http.Response.Body.FlushAsync();
        await seen.WaitAsync(http.RequestAborted);
        await http.Response.WriteAsync(second);
    };
}
