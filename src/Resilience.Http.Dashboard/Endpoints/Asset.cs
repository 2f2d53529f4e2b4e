using System.Text;

namespace Resilience.Http.Dashboard.Endpoints;

/// <summary>A file of the page, embedded in the assembly.</summary>
/// <param name="Name">Its name, below the dashboard's path.</param>
/// <param name="ContentType">Its media type.</param>
internal sealed record Asset(string Name, string ContentType)
{
    private readonly Lazy<byte[]> _content = new(() => Read(Name));

    public static IReadOnlyList<Asset> All { get; } =
    [
        new("dashboard.css", "text/css; charset=utf-8"),
        new("dashboard.js", "text/javascript; charset=utf-8"),
        new("store.js", "text/javascript; charset=utf-8"),
        new("meaning.js", "text/javascript; charset=utf-8"),
        new("verdict.js", "text/javascript; charset=utf-8"),
        new("format.js", "text/javascript; charset=utf-8"),
        new("sparkline.js", "text/javascript; charset=utf-8"),
        new("card.js", "text/javascript; charset=utf-8"),
        new("details.js", "text/javascript; charset=utf-8"),
        new("steering.js", "text/javascript; charset=utf-8"),
        new("icon.svg", "image/svg+xml"),
    ];

    public static string Page { get; } = Encoding.UTF8.GetString(Read("index.html"));

    public ReadOnlyMemory<byte> Content => _content.Value;

    private static byte[] Read(string name)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
