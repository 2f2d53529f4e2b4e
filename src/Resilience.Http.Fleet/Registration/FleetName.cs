using System.Security.Cryptography;

namespace Resilience.Http.Fleet.Registration;

/// <summary>The name of this replica. The random part keeps two processes of one machine, and a process and its successor, apart.</summary>
internal sealed class FleetName(string? name)
{
    private const int Longest = 64;

    public string Text { get; } = $"{Shortened(name ?? Environment.MachineName)}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    private static string Shortened(string name) => name.Length > Longest ? name[..Longest] : name;
}
