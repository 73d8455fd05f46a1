using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Store;

namespace OpenPassage.Server.Http;

/// <summary>
/// The keys that tickets are sealed with: Data Protection in a container of its own, so that an application which hosts the
/// server in its process keeps its own keys, name and algorithms. They are rows where nodes share a database, else files.
/// </summary>
internal sealed class TicketKeys : IDisposable
{
    private readonly ServiceProvider services;
    private readonly X509Certificate2? certificate;

    /// <exception cref="OptionsValidationException">The certificate cannot be read.</exception>
    public TicketKeys(IOptions<OpenPassageOptions> options, Database database, TimeProvider time, ILoggerFactory logging)
    {
        IXmlRepository repository = database.IsShared
            ? new Rows(database, time)
            : new OwnerOnlyFiles(new DirectoryInfo(new DataDirectory(options).Directory("keys")), logging);
        var collection = new ServiceCollection();
        collection.AddSingleton(logging);
        var protection = collection.AddDataProtection()
            .SetApplicationName("OpenPassage")
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
        certificate = Read(options.Value.KeyCertificate);
        if (certificate is not null)
            protection.ProtectKeysWithCertificate(certificate);
        collection.Configure<KeyManagementOptions>(management =>
        {
            management.XmlRepository = repository;
            // Without a certificate they are as safe as the database that they stand beside or in: a choice (SECURITY.md), no
            // accident, so the framework need not warn of it.
            management.XmlEncryptor ??= new NullXmlEncryptor();
        });
        services = collection.BuildServiceProvider();
        Provider = services.GetRequiredService<IDataProtectionProvider>();
    }

    public IDataProtectionProvider Provider { get; }

    /// <summary>Makes the first key, or reads the present ones, now and not in a visitor's request.</summary>
    public void MakeReady() => Provider.CreateProtector("ready").Protect([]);

    public void Dispose()
    {
        services.Dispose();
        certificate?.Dispose();
    }

    /// <summary>The certificate that the options name; null: none.</summary>
    /// <exception cref="OptionsValidationException">It cannot be read.</exception>
    public static X509Certificate2? Read(CertificateOptions options)
    {
        const string Setting = $"{nameof(OpenPassageOptions.KeyCertificate)}:{nameof(CertificateOptions.Path)}";
        if (options.Path.Length == 0)
            return null;
        try
        {
            var read = X509CertificateLoader.LoadPkcs12FromFile(options.Path, options.Password);
            using var key = read.GetRSAPrivateKey();
            if (key is not null)
                return read;
            read.Dispose();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw WrongSetting.Make(Setting, $"names {options.Path}, which cannot be read as a PKCS#12 file with the password given: {e.Message}");
        }

        throw WrongSetting.Make(Setting, $"names {options.Path}, which should hold a certificate with an RSA private key.");
    }

    private sealed class OwnerOnlyFiles(DirectoryInfo directory, ILoggerFactory logging) : FileSystemXmlRepository(directory, logging)
    {
        public override void StoreElement(XElement element, string friendlyName)
        {
            base.StoreElement(element, friendlyName);
            foreach (var file in Directory.EnumerateFiles("*.xml"))
                DataDirectory.RestrictFile(file.FullName);
        }
    }

    // Data Protection knows no waiting. It reads once a day, and writes once in three months.
    private sealed class Rows(Database database, TimeProvider time) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements()
            => database.ListAsync(
                new("SELECT xml FROM ticket_keys ORDER BY created_at, name"),
                row => XElement.Parse(row.GetString(0)),
                CancellationToken.None).AsTask().GetAwaiter().GetResult();

        public void StoreElement(XElement element, string friendlyName)
            => database.WriteAsync(
                [
                    new(
                        "INSERT INTO ticket_keys (name, xml, created_at) VALUES (@name, @xml, @now)",
                        Parameter.Text("name", friendlyName),
                        Parameter.Text("xml", element.ToString(SaveOptions.DisableFormatting)),
                        Parameter.Time("now", time.GetUtcNow())),
                ],
                CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }
}
