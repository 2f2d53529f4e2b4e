namespace Resilience.Http.Tests.Endpoints;

/// <summary>Base addresses, and URIs of requests below them that are easily changed on the way to an endpoint.</summary>
public static class RequestUris
{
    public static TheoryData<string, string> Table { get; } = Create();

    private static TheoryData<string, string> Create()
    {
        const string Base = "http://orders.internal/api/";
        TheoryData<string, string> table = [];
        string[] relative =
        [
            "", "1", "a%2Fb", "a%2fb", "a%20b", "a b", "a+b", "a%2Bb", "%E2%82%AC", "€", "%00", "a%5Cb", "a%3Fb", "a%23b", "a%25b",
            "a%2525b", ".", "./a", "..a", "a/.hidden", "a//b", "//", "a///", "a;v=1/b", "./a:b", "a@b", "!$&'()*+,;=", "~a-b_c.d",
            "a%2E%2E/b", "?", "?q=1", "?q=a%2Fb&r=a+b", "?q=?/", "?q=%26", "1?q=ü", "#part", "1#part%20x", "1?q=1#part?x", "a/b/",
            "%7Eme", "a/%2e%2e%2fb",
        ];
        foreach (var row in relative)
        {
            table.Add(Base, row.StartsWith("//", StringComparison.Ordinal) ? $"http://orders.internal/api{row}" : row);
        }

        table.Add("http://orders.internal/", "http://user:pw@orders.internal/1");
        table.Add("http://[::1]:5000/", "a?b");
        table.Add("http://bücher.example/", "a");
        table.Add("http://orders.internal/a%2Fb/", "c");
        table.Add("http://orders.internal", "1");
        return table;
    }
}
