#!/usr/bin/env bash
# A gzip body that is cut short is read to its end without an error: the reader gets the bytes that could be decompressed, as if that were
# all of it. With AutomaticDecompression a client cannot tell such a body from a whole one, since Content-Length is removed as well.
# .NET 10, System.IO.Compression (in the shared framework; no package).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
using System.IO.Compression;

Console.WriteLine($"System.IO.Compression of .NET {Environment.Version}");
var text = new byte[100_000];
new Random(1).NextBytes(text);
var failed = 0;
foreach (var (name, compress, decompress) in new (string, Func<Stream, Stream>, Func<Stream, Stream>)[]
{
    ("gzip", s => new GZipStream(s, CompressionLevel.Fastest, leaveOpen: true), s => new GZipStream(s, CompressionMode.Decompress)),
    ("deflate", s => new ZLibStream(s, CompressionLevel.Fastest, leaveOpen: true), s => new ZLibStream(s, CompressionMode.Decompress)),
    ("br", s => new BrotliStream(s, CompressionLevel.Fastest, leaveOpen: true), s => new BrotliStream(s, CompressionMode.Decompress)),
})
{
    var packed = new MemoryStream();
    using (var writer = compress(packed))
    {
        writer.Write(text);
    }

    var half = new MemoryStream(packed.ToArray()[..((int)packed.Length / 2)]);
    var read = new MemoryStream();
    string end;
    try
    {
        decompress(half).CopyTo(read);
        end = "no error";
    }
    catch (Exception exception)
    {
        end = exception.GetType().Name;
    }

    Console.WriteLine($"{name}: half of the compressed bytes gives {read.Length} of {text.Length} bytes and {end}");
    failed += end == "no error" && read.Length < text.Length ? 0 : 1;
}

Console.WriteLine(failed == 0 ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return failed;
CS
dotnet run finding.cs
