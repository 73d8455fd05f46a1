using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace OpenPassage.Server.Sealing;

/// <summary>
/// The keys of Data Protection as they were when last read. It never changes and asks nobody: whoever unwraps waits for nothing.
/// </summary>
/// <remarks>A wrapped secret: <c>key's id (16) · what Data Protection's encryptor makes of it</c>.</remarks>
internal sealed class TicketKeyRing
{
    public const int IdLength = 16;

    /// <summary>What a secret that tickets are sealed with is wrapped for.</summary>
    public const string OfTickets = "ticket key";

    // Nodes' clocks differ: a key that another node has just made for use at once is used here too.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly Dictionary<Guid, IAuthenticatedEncryptor> encryptors = [];
    private readonly List<IKey> usable = [];

    /// <param name="keys">All of them; those that are revoked, or that the certificate does not open, count for nothing.</param>
    public TicketKeyRing(IEnumerable<IKey> keys)
    {
        foreach (var key in keys.Where(key => !key.IsRevoked).OrderByDescending(key => key.ActivationDate).ThenBy(key => key.KeyId))
        {
            if (EncryptorOf(key) is not { } encryptor)
                continue;
            encryptors[key.KeyId] = encryptor;
            usable.Add(key);
        }
    }

    public bool Knows(Guid id) => encryptors.ContainsKey(id);

    /// <summary>The id that something wrapped names.</summary>
    public static Guid IdIn(ReadOnlySpan<byte> wrapped) => new(wrapped[..IdLength]);

    /// <summary>When a key is needed that the ring does not have, by when tickets should be sealed with it; null: none is needed.</summary>
    /// <param name="now">The time.</param>
    /// <param name="ahead">How long before the end of one the next is made, so that every node has read it by then.</param>
    public DateTimeOffset? NextNeeded(DateTimeOffset now, TimeSpan ahead)
    {
        if (Current(now) is not { } current)
            return now;
        return usable.Exists(key => key.ExpirationDate > now + ahead && key.ActivationDate <= current.ExpirationDate)
            ? null
            : current.ExpirationDate;
    }

    /// <summary>Wraps a secret with the newest key that is in use.</summary>
    public byte[] Wrap(ReadOnlySpan<byte> secret, string purpose, DateTimeOffset now)
    {
        // With a database that was away for days the next key could not be made: the last one still wraps.
        var key = Current(now) ?? usable.FirstOrDefault() ?? throw new InvalidOperationException("The sealing keys have not been read.");
        byte[] id = key.KeyId.ToByteArray();
        return [.. id, .. encryptors[key.KeyId].Encrypt(new([.. secret]), Bound(purpose, id))];
    }

    /// <summary>False when the key is not here, or is not what it was wrapped with.</summary>
    public bool TryUnwrap(ReadOnlySpan<byte> wrapped, string purpose, [NotNullWhen(true)] out byte[]? secret)
    {
        secret = null;
        if (wrapped.Length <= IdLength || !encryptors.TryGetValue(IdIn(wrapped), out var encryptor))
            return false;
        try
        {
            secret = encryptor.Decrypt(new([.. wrapped[IdLength..]]), Bound(purpose, wrapped[..IdLength]));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private IKey? Current(DateTimeOffset now) => usable.Find(key => key.ActivationDate <= now + Skew && key.ExpirationDate > now);

    // So that nothing that these keys encrypt is taken for something else.
    private static ArraySegment<byte> Bound(string purpose, ReadOnlySpan<byte> id)
        => new([.. "OpenPassage "u8, .. Encoding.UTF8.GetBytes(purpose), (byte)' ', .. id]);

    private static IAuthenticatedEncryptor? EncryptorOf(IKey key)
    {
        try
        {
            return key.CreateEncryptor();
        }
        catch (Exception e) when (e is CryptographicException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
