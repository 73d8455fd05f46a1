using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Store;

namespace OpenPassage.Server.Http;

/// <summary>
/// The keys that tickets are sealed with: Data Protection in a container of its own, so that an application which hosts the
/// server in its process keeps its own keys, name and algorithms.
/// </summary>
internal sealed class TicketKeys : IDisposable
{
    private readonly ServiceProvider services;

    public TicketKeys(IOptions<OpenPassageOptions> options, ILoggerFactory logging)
    {
        var directory = new DirectoryInfo(new DataDirectory(options).Directory("keys"));
        var collection = new ServiceCollection();
        collection.AddSingleton(logging);
        collection.AddDataProtection()
            .SetApplicationName("OpenPassage")
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
        collection.Configure<KeyManagementOptions>(management => management.XmlRepository = new OwnerOnlyFiles(directory, logging));
        services = collection.BuildServiceProvider();
        Provider = services.GetRequiredService<IDataProtectionProvider>();
    }

    public IDataProtectionProvider Provider { get; }

    /// <summary>Makes the first key, or reads the present ones, now and not in a visitor's request.</summary>
    public void MakeReady() => Provider.CreateProtector("ready").Protect([]);

    public void Dispose() => services.Dispose();

    private sealed class OwnerOnlyFiles(DirectoryInfo directory, ILoggerFactory logging) : FileSystemXmlRepository(directory, logging)
    {
        public override void StoreElement(XElement element, string friendlyName)
        {
            base.StoreElement(element, friendlyName);
            foreach (var file in Directory.EnumerateFiles("*.xml"))
                DataDirectory.RestrictFile(file.FullName);
        }
    }
}
