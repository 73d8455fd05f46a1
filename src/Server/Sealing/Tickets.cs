using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Sealing;

/// <summary>
/// Seals what a ceremony needs later into the ids that clients carry, so that starting one costs no row. A ticket opens only
/// for its app and its kind, and not after it has expired. That it is used once is the store's work. Times are kept in
/// milliseconds.
/// </summary>
internal sealed class Tickets(TicketKeys keys, TimeProvider time, IOptions<OpenPassageOptions> options)
{
    /// <summary>The longest ticket in characters. More is refused unread.</summary>
    public const int MaxLength = 8192;

    private const byte Version = 1;

    private readonly TicketSeal seal = new(keys, time);
    private readonly ConcurrentDictionary<(Kind, AppId, long), byte[]> purposes = new();
    private long since;

    // Each kind is a purpose of its own: the seal of one cannot be opened as another.
    private enum Kind : byte { RegisterTransaction, AuthenticateTransaction, RegistrationHandshake, AuthenticationHandshake, Nonce }

    private delegate T Read<T>(ref TicketReader reader, TicketId id, DateTimeOffset expiresAt);

    /// <summary>Now, by the clock that tickets expire by.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>When a transaction sealed now expires.</summary>
    public DateTimeOffset TransactionExpiry => time.GetUtcNow() + options.Value.TransactionLifetime;

    /// <summary>When a handshake of a transaction sealed now expires, unless its app waits less long.</summary>
    public DateTimeOffset HandshakeExpiry => time.GetUtcNow() + options.Value.HandshakeLifetime;

    /// <summary>When a handshake of a transaction of this app sealed now expires: when its browsers no longer wait for the user.</summary>
    public DateTimeOffset HandshakeExpiryOf(App app) => time.GetUtcNow() + HandshakeLifetimeOf(app);

    /// <summary>How long a handshake of a transaction is good, which is also what browsers are told to wait.</summary>
    public TimeSpan HandshakeLifetimeOf(App app) => app.CeremonyTimeout ?? options.Value.HandshakeLifetime;

    /// <summary>When a handshake without transaction sealed now expires.</summary>
    public DateTimeOffset ConditionalHandshakeExpiry => time.GetUtcNow() + options.Value.ConditionalHandshakeLifetime;

    /// <summary>When a nonce sealed now expires.</summary>
    public DateTimeOffset NonceExpiry => time.GetUtcNow() + options.Value.NonceLifetime;

    /// <summary>
    /// Seals from now on for the life that the database began at this moment, and opens nothing from before: it has forgotten what
    /// was spent (<see cref="Restores"/>). 0: its first.
    /// </summary>
    public void SealSince(long moment) => Interlocked.Exchange(ref since, moment);

    /// <summary>
    /// Opens a ticket; null when it is none. One that another node has sealed with a key that was not read here yet waits for that.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The key is not known, and the keys cannot be read now.</exception>
    public async ValueTask<RegisterTransaction?> OpenRegisterTransactionAsync(App app, string? ticket, CancellationToken cancellationToken)
        => TryOpen(app, ticket, out RegisterTransaction? t)
                || (await LearnKeyOfAsync(ticket, cancellationToken) && TryOpen(app, ticket, out t))
            ? t
            : null;

    /// <inheritdoc cref="OpenRegisterTransactionAsync"/>
    public async ValueTask<AuthenticateTransaction?> OpenAuthenticateTransactionAsync(
        App app, string? ticket, CancellationToken cancellationToken)
        => TryOpen(app, ticket, out AuthenticateTransaction? t)
                || (await LearnKeyOfAsync(ticket, cancellationToken) && TryOpen(app, ticket, out t))
            ? t
            : null;

    /// <inheritdoc cref="OpenRegisterTransactionAsync"/>
    public async ValueTask<RegistrationHandshake?> OpenRegistrationAsync(App app, string? ticket, CancellationToken cancellationToken)
        => TryOpen(app, ticket, out RegistrationHandshake? t)
                || (await LearnKeyOfAsync(ticket, cancellationToken) && TryOpen(app, ticket, out t))
            ? t
            : null;

    /// <inheritdoc cref="OpenRegisterTransactionAsync"/>
    public async ValueTask<AuthenticationHandshake?> OpenAuthenticationAsync(App app, string? ticket, CancellationToken cancellationToken)
        => TryOpen(app, ticket, out AuthenticationHandshake? t)
                || (await LearnKeyOfAsync(ticket, cancellationToken) && TryOpen(app, ticket, out t))
            ? t
            : null;

    /// <inheritdoc cref="OpenRegisterTransactionAsync"/>
    public async ValueTask<Nonce?> OpenNonceAsync(App app, string? ticket, CancellationToken cancellationToken)
        => TryOpen(app, ticket, out Nonce? t) || (await LearnKeyOfAsync(ticket, cancellationToken) && TryOpen(app, ticket, out t))
            ? t
            : null;

    public string Seal(App app, RegisterTransaction t)
        => Seal(app, Kind.RegisterTransaction, Begin(t.Id, t.ExpiresAt).Text(t.UserId).Bytes(t.UserHandle.Bytes).Text(t.ExternalId).Text(t.PasskeyDisplayName));

    public bool TryOpen(App app, string? ticket, [NotNullWhen(true)] out RegisterTransaction? t)
        => TryOpen(app, ticket, Kind.RegisterTransaction, out t, static (ref r, id, expiresAt)
            => new(id, expiresAt, r.Text(), new(r.Bytes()), r.Text(), r.Text()));

    public string Seal(App app, AuthenticateTransaction t)
        => Seal(app, Kind.AuthenticateTransaction, Begin(t.Id, t.ExpiresAt).Text(t.UserId).Bytes(t.UserHandle.Bytes).MaybeText(t.PasskeyDisplayName));

    public bool TryOpen(App app, string? ticket, [NotNullWhen(true)] out AuthenticateTransaction? t)
        => TryOpen(app, ticket, Kind.AuthenticateTransaction, out t, static (ref r, id, expiresAt)
            => new(id, expiresAt, r.Text(), new(r.Bytes()), r.MaybeText()));

    public string Seal(App app, RegistrationHandshake t)
        => Seal(app, Kind.RegistrationHandshake, Begin(t.Id, t.ExpiresAt)
            .Id(t.Transaction)
            .Time(t.TransactionExpiresAt)
            .Text(t.UserId)
            .Bytes(t.Challenge.Bytes)
            .MaybeText(t.Origin)
            .Maybe(t.Attachment, static (w, attachment) => w.Byte((byte)attachment))
            .Flag(t.UserVerificationRequired)
            .Flag(t.Conditional));

    public bool TryOpen(App app, string? ticket, [NotNullWhen(true)] out RegistrationHandshake? t)
        => TryOpen(app, ticket, Kind.RegistrationHandshake, out t, static (ref r, id, expiresAt)
            => new(
                id,
                expiresAt,
                r.Id(),
                r.Time(),
                r.Text(),
                new(r.Bytes()),
                r.MaybeText(),
                r.Flag() ? (AuthenticatorAttachment)r.Byte() : null,
                r.Flag(),
                r.Flag()));

    public string Seal(App app, AuthenticationHandshake t)
        => Seal(app, Kind.AuthenticationHandshake, Begin(t.Id, t.ExpiresAt)
            .Maybe(t.Transaction, static (w, transaction) => w.Id(transaction))
            .MaybeText(t.UserId)
            .Maybe(t.UserHandle, static (w, handle) => w.Bytes(handle.Bytes))
            .Bytes(t.Challenge.Bytes)
            .MaybeText(t.Origin)
            .Flag(t.UserVerificationRequired));

    public bool TryOpen(App app, string? ticket, [NotNullWhen(true)] out AuthenticationHandshake? t)
        => TryOpen(app, ticket, Kind.AuthenticationHandshake, out t, static (ref r, id, expiresAt)
            => new(
                id,
                expiresAt,
                r.Flag() ? r.Id() : null,
                r.MaybeText(),
                r.Flag() ? new UserHandle(r.Bytes()) : null,
                new(r.Bytes()),
                r.MaybeText(),
                r.Flag()));

    public string Seal(App app, Nonce t)
        => Seal(app, Kind.Nonce, Write(Begin(t.Id, t.ExpiresAt).Text(t.UserId).Bytes(t.CredentialId.Bytes), t.Proof));

    public bool TryOpen(App app, string? ticket, [NotNullWhen(true)] out Nonce? t)
        => TryOpen(app, ticket, Kind.Nonce, out t, static (ref r, id, expiresAt)
            => new(id, expiresAt, r.Text(), new(r.Bytes()), ReadProof(ref r)));

    // A node of an earlier version passes over what follows, and writes none.
    private static TicketWriter Write(TicketWriter ticket, Proof? proof) => proof is null
        ? ticket
        : ticket
            .Byte((byte)proof.Ceremony)
            .Flag(proof.UserPresent)
            .Flag(proof.UserVerified)
            .Flag(proof.Activates)
            .Time(proof.At)
            .Text(proof.DeviceId)
            .Text(proof.Origin);

    private static Proof? ReadProof(ref TicketReader r)
        => r.AtEnd ? null : new((ProvenCeremony)r.Byte(), r.Flag(), r.Flag(), r.Flag(), r.Time(), r.Text(), r.Text());

    private static TicketWriter Begin(TicketId id, DateTimeOffset expiresAt) => new TicketWriter().Byte(Version).Id(id).Time(expiresAt);

    private string Seal(App app, Kind kind, TicketWriter content)
    {
        var ticket = Base64Url.EncodeToString(seal.Seal(Purpose(app, kind), content.Written));
        return ticket.Length <= MaxLength
            ? ticket
            : throw new ArgumentException($"The ticket would be {ticket.Length} characters, and {MaxLength} are read back.", nameof(content));
    }

    private bool TryOpen<T>(App app, string? ticket, Kind kind, [NotNullWhen(true)] out T? opened, Read<T> read)
        where T : class
    {
        opened = null;
        if (!IsText(ticket))
            return false;
        try
        {
            if (!seal.TryOpen(Purpose(app, kind), Base64Url.DecodeFromChars(ticket), out var content))
                return false;
            var reader = new TicketReader(content);
            if (reader.Byte() != Version)
                return false;
            var id = reader.Id();
            var expiresAt = reader.Time();
            if (time.GetUtcNow() >= expiresAt)
                return false;
            opened = read(ref reader, id, expiresAt);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return false;
        }
    }

    private ValueTask<bool> LearnKeyOfAsync(string? ticket, CancellationToken cancellationToken)
        => IsText(ticket) ? seal.LearnKeyOfAsync(Base64Url.DecodeFromChars(ticket), cancellationToken) : ValueTask.FromResult(false);

    private static bool IsText([NotNullWhen(true)] string? ticket)
        => ticket is { Length: > 0 and <= MaxLength } && Base64Url.IsValid(ticket);

    private byte[] Purpose(App app, Kind kind)
        => purposes.GetOrAdd((kind, app.Id, Volatile.Read(ref since)), static key => PurposeOf(key.Item1, key.Item2, key.Item3));

    // No app's id has a 0 in it, so the moment is none's end.
    private static byte[] PurposeOf(Kind kind, AppId app, long since)
    {
        byte[] purpose = [(byte)kind, .. Encoding.UTF8.GetBytes(app.Value)];
        return since == 0 ? purpose : [.. purpose, 0, .. BitConverter.GetBytes(since)];
    }
}
