using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Resilience.Http.Registration.Configuration;

/// <summary>Reads what configuration says about the clients, and reports each edit of it.</summary>
internal sealed class ConfigurationReader(IServiceProvider root, ClientRegistrations registrations, SectionOwners owners)
{
    private long _editions;

    /// <summary>Configuration as it stands now.</summary>
    public ConfigurationSnapshot Read() =>
        new(Interlocked.Increment(ref _editions), root.GetService<IConfiguration>(), registrations, owners);

    /// <summary>
    /// Reports every edit, also of the user's own sections, which may belong to another configuration. All sections of one have one
    /// token: they are watched together, since each word of an edit has all clients checked. An edit may be seen more than once all the
    /// same.
    /// </summary>
    public IReadOnlyList<IDisposable> Watch(Action edited) =>
    [
        .. from configuration in registrations.Clients.Values.Append(registrations.Defaults)
            .Select(IConfiguration? (client) => client.Section)
                   .Append(root.GetService<IConfiguration>()).OfType<IConfiguration>()
                   .DistinctBy(static configuration => configuration.GetReloadToken())
           select ChangeToken.OnChange(configuration.GetReloadToken, edited),
    ];
}
