using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Sealing;

/// <summary>What the keys that tickets are sealed with are like, without making any.</summary>
/// <param name="Keys">How many there are.</param>
/// <param name="Wrapped">How many of them a certificate wraps.</param>
/// <param name="Unreadable">How many the given certificate does not open.</param>
internal sealed record TicketKeyExamination(int Keys, int Wrapped, int Unreadable)
{
    /// <summary>The elements of a data directory's <c>keys</c>.</summary>
    public static IReadOnlyList<XElement> Files(OpenPassageOptions options)
    {
        var directory = new DirectoryInfo(Path.Combine(options.DataDirectory, "keys"));
        return directory.Exists ? [.. directory.EnumerateFiles("*.xml").Select(file => XElement.Load(file.FullName))] : [];
    }

    /// <summary>Those that nodes share in a database.</summary>
    public static IReadOnlyList<string> Rows(DatabaseExamination database)
        => database.Query("SELECT xml FROM ticket_keys ORDER BY created_at, name", row => row.GetString(0));

    /// <summary>Tries each.</summary>
    /// <param name="elements">As they are kept.</param>
    /// <param name="certificate">What unwraps them.</param>
    public static TicketKeyExamination Of(IReadOnlyList<XElement> elements, X509Certificate2? certificate)
    {
        var collection = new ServiceCollection();
        var protection = collection.AddDataProtection().DisableAutomaticKeyGeneration();
        if (certificate is not null)
            protection.UnprotectKeysWithAnyCertificate(certificate);
        collection.Configure<KeyManagementOptions>(management => management.XmlRepository = new Kept(elements));
        using var services = collection.BuildServiceProvider();
        var keys = services.GetRequiredService<IKeyManager>().GetAllKeys();
        return new(
            elements.Count(element => element.Name.LocalName == "key"),
            elements.Count(element => element.Descendants().Any(inner => inner.Name.LocalName == "EncryptedData")),
            keys.Count(key => !IsReadable(key)));
    }

    private static bool IsReadable(IKey key)
    {
        try
        {
            return key.CreateEncryptor() is not null;
        }
        catch (Exception e) when (e is CryptographicException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private sealed class Kept(IReadOnlyList<XElement> elements) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => elements;

        public void StoreElement(XElement element, string friendlyName) => throw new InvalidOperationException("Nothing is made here.");
    }
}
