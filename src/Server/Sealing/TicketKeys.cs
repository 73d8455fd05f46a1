using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
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
using OpenPassage.Server.Settings;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Sealing;

/// <summary>
/// The keys that wrap those that tickets are sealed with. Data Protection makes, encrypts and reads them, in a container of its own, so
/// that an application which hosts the server in its process keeps its own keys, name and algorithms. Its key ring is not used: that
/// one reads its store on the thread of whoever shows it an unknown key. Here calls are answered from memory, and the store is read
/// in the background: every minute, and for tickets whose key is not known once a second, for all of them together
/// (docs/decisions/0012-the-seal-of-tickets.md).
/// </summary>
internal sealed class TicketKeys : IDisposable
{
    /// <summary>The shortest time between two reads that tickets ask for.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How many tickets may wait for a read. What is more is not opened.</summary>
    private const int MostWaiting = 256;

    // The framework's own defaults.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(2);

    private readonly Held held = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly Database database;
    private readonly TimeProvider time;
    private readonly TicketKeyStore store;
    private readonly ServiceProvider services;
    private readonly IKeyManager manager;
    private readonly X509Certificate2? certificate;
    private volatile TicketKeyRing ring = new([]);
    private IReadOnlyList<string> known = [];
    private Task? next;
    private long? begun;
    private int waiting;

    /// <exception cref="OptionsValidationException">The certificate cannot be read.</exception>
    public TicketKeys(IOptions<OpenPassageOptions> options, Database database, TimeProvider time, ILoggerFactory logging)
    {
        this.database = database;
        this.time = time;
        store = TicketKeyStore.Of(options, database, time);
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
            management.XmlRepository = held;
            // Without a certificate they are as safe as the database that they stand beside or in: a choice (SECURITY.md), no
            // accident, so the framework need not warn of it.
            management.XmlEncryptor ??= new NullXmlEncryptor();
        });
        services = collection.BuildServiceProvider();
        manager = services.GetRequiredService<IKeyManager>();
    }

    /// <summary>Wraps a secret for every node to unwrap.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="purpose">What it is for: it unwraps for nothing else.</param>
    public byte[] Wrap(ReadOnlySpan<byte> secret, string purpose = TicketKeyRing.OfTickets) => ring.Wrap(secret, purpose, time.GetUtcNow());

    /// <summary>False when the key that wrapped it is not known here (<see cref="LearnAsync"/>), or is not what wrapped it.</summary>
    public bool TryUnwrap(
        ReadOnlySpan<byte> wrapped, [NotNullWhen(true)] out byte[]? secret, string purpose = TicketKeyRing.OfTickets)
        => ring.TryUnwrap(wrapped, purpose, out secret);

    /// <summary>Unwraps what is kept; one that another node has wrapped with a key that was not read here yet waits for that.</summary>
    /// <exception cref="DatabaseUnavailableException">The key is not known, and the keys cannot be read now.</exception>
    /// <exception cref="CryptographicException">The key is gone, or is not what wrapped it.</exception>
    public async ValueTask<byte[]> UnwrapAsync(byte[] wrapped, string purpose, CancellationToken cancellationToken)
    {
        if (!TryUnwrap(wrapped, out var secret, purpose)
            && !(IsUnknown(wrapped) && await LearnAsync(TicketKeyRing.IdIn(wrapped), cancellationToken)
                && TryUnwrap(wrapped, out secret, purpose)))
            throw new CryptographicException(
                $"What is kept as {purpose} cannot be opened: the keys in the data directory are not those it was sealed with.");
        return secret;
    }

    /// <summary>Whether something wrapped names a key that this node has not read.</summary>
    public bool IsUnknown(ReadOnlySpan<byte> wrapped)
        => wrapped.Length > TicketKeyRing.IdLength && !ring.Knows(TicketKeyRing.IdIn(wrapped));

    /// <summary>
    /// Waits until the store has been read once more for a key that another node may have just made. False: it has no such key, or
    /// too many wait.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The store cannot be read now.</exception>
    public async ValueTask<bool> LearnAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref waiting) > MostWaiting)
                return false;
            await NextReading().WaitAsync(cancellationToken);
            return ring.Knows(id);
        }
        catch (Exception e) when (e is DbException or IOException)
        {
            // Nothing is wrong with the ticket, as far as can be told.
            throw new DatabaseUnavailableException(e);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>
    /// Reads the keys and makes one when none is there or the last one ends soon. At start, behind <see cref="Database.AloneAsync"/>.
    /// </summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        if (ring.NextNeeded(time.GetUtcNow(), Ahead) is { } from)
            await MakeAsync(from, cancellationToken);
    }

    /// <summary>
    /// The same while the server works: keys of other nodes, keys that were revoked, and every three months the next one.
    /// </summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await ReadAsync(cancellationToken);
            if (ring.NextNeeded(time.GetUtcNow(), Ahead) is not null)
                await database.AloneAsync(() => OpenAsync(cancellationToken), cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        services.Dispose();
        certificate?.Dispose();
        turn.Dispose();
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
            throw WrongSetting.Make(
                Setting, $"names {options.Path}, which cannot be read as a PKCS#12 file with the password given: {e.Message}");
        }

        throw WrongSetting.Make(Setting, $"names {options.Path}, which should hold a certificate with an RSA private key.");
    }

    // The reading that has not begun: a key that a ticket shown now is sealed with is in it. On the pool, since it must not run in here.
    private Task NextReading()
    {
        lock (gate)
            return next ??= Task.Run(ReadNextAsync);
    }

    private async Task ReadNextAsync()
    {
        await turn.WaitAsync();
        try
        {
            if (begun is { } last && Pause - time.GetElapsedTime(last) is { Ticks: > 0 } early)
                await Task.Delay(early, time);
            lock (gate)
                next = null;
            begun = time.GetTimestamp();
            await ReadAsync(CancellationToken.None);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task MakeAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        manager.CreateNewKey(from, from + Lifetime);
        foreach (var (name, element) in held.TakeMade())
            await store.AddAsync(name, element.ToString(SaveOptions.DisableFormatting), cancellationToken);
        await ReadAsync(cancellationToken);
    }

    // One at a time: behind the turn, or at start.
    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var found = await store.ReadAsync(cancellationToken);
        if (found.SequenceEqual(known, StringComparer.Ordinal))
            return;
        held.Elements = [.. found.Select(XElement.Parse)];
        ring = new(manager.GetAllKeys());
        known = found;
    }

    /// <summary>What Data Protection takes for its store: what was read last, and what it has made.</summary>
    private sealed class Held : IXmlRepository
    {
        private readonly List<(string Name, XElement Element)> made = [];

        public IReadOnlyList<XElement> Elements { get; set; } = [];

        public IReadOnlyCollection<XElement> GetAllElements() => Elements;

        public void StoreElement(XElement element, string friendlyName) => made.Add((friendlyName, element));

        public IReadOnlyList<(string Name, XElement Element)> TakeMade()
        {
            IReadOnlyList<(string, XElement)> taken = [.. made];
            made.Clear();
            return taken;
        }
    }
}
