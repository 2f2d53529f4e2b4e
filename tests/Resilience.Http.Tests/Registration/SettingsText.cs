using System.Text;
using Microsoft.Extensions.Configuration;

namespace Resilience.Http.Tests.Registration;

/// <summary>Configuration from a JSON text.</summary>
internal static class SettingsText
{
    public static IConfigurationRoot Read(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
}
