using StackExchange.Redis;

namespace Resilience.Http.Fleet.Redis;

/// <summary>The settings of the fleet's own connection.</summary>
internal static class ConnectionSettings
{
    /// <summary>
    /// Limits in the format of the library; what the app's own configuration says comes later in the string and wins.
    /// After a failover, the new master is found by its role when the configuration is checked.
    /// </summary>
    private const string Limits = "connectTimeout=1000,asyncTimeout=250,syncTimeout=250,keepAlive=1,configCheckSeconds=2";

    /// <summary>
    /// With the defaults of the library a command waits for seconds when the server is gone, and is sent when it is back.
    /// </summary>
    public static ConfigurationOptions Parse(string configuration)
    {
        var options = ConfigurationOptions.Parse($"{Limits},{configuration}");
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.ClientName ??= "resilience-fleet";
        options.IncludeDetailInExceptions = false; // counters of the thread pool hide the reason in a log line
        return options;
    }
}
