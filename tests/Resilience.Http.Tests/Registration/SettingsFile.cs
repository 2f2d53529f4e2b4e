using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Resilience.Http.Tests.Registration;

/// <summary>
/// A real settings file, followed as <c>reloadOnChange</c> follows one, but told of each edit at once and on the editing thread.
/// </summary>
internal sealed class SettingsFile : IFileProvider, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resilience-settings-");
    private readonly PhysicalFileProvider _files;
    private ConfigurationReloadToken _edited = new();

    public SettingsFile(string json)
    {
        _files = new PhysicalFileProvider(_folder.FullName);
        File.WriteAllText(Path, json);
    }

    private string Path => System.IO.Path.Combine(_folder.FullName, "appsettings.json");

    public void AddTo(IConfigurationBuilder configuration) => configuration.AddJsonFile(source =>
    {
        source.FileProvider = this;
        source.Path = "appsettings.json";
        source.ReloadOnChange = true;
        source.ReloadDelay = 0;
    });

    /// <summary>A configuration of its own, apart from the app's.</summary>
    public IConfigurationRoot Build()
    {
        var configuration = new ConfigurationBuilder();
        AddTo(configuration);
        return configuration.Build();
    }

    /// <summary>Writes the file. Whatever a reader of it throws comes out here.</summary>
    public void Edit(string json)
    {
        File.WriteAllText(Path, json);
        Interlocked.Exchange(ref _edited, new ConfigurationReloadToken()).OnReload();
    }

    /// <summary>
    /// Writes text that is not JSON. The reload fails: Microsoft.Extensions.* 10 lets its exception out to the watcher, 11 swallows it.
    /// </summary>
    public void EditUnreadably(string text)
    {
        try
        {
            Edit(text);
        }
        catch (Exception exception) when (exception is InvalidDataException or AggregateException { InnerException: InvalidDataException })
        {
            // As version 10 does.
        }
    }

    /// <summary>Nothing changed but the file's time, or a watcher sees one edit twice.</summary>
    public void Touch() => Edit(File.ReadAllText(Path));

    public IChangeToken Watch(string filter) => _edited;

    public IFileInfo GetFileInfo(string subpath) => _files.GetFileInfo(subpath);

    public IDirectoryContents GetDirectoryContents(string subpath) => _files.GetDirectoryContents(subpath);

    public void Dispose()
    {
        _files.Dispose();
        _folder.Delete(recursive: true);
    }
}
