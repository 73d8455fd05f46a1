using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Sealing;

/// <summary>
/// Seals what a ceremony needs later into the ids that clients carry, so that starting one costs no row. A ticket opens only
/// for its app and its kind (<see cref="ITicket{TSelf}"/>), and not after it has expired. That it is used once is the store's work.
/// Times are kept in milliseconds.
/// </summary>
internal sealed class Tickets(TicketKeys keys, TimeProvider time)
{
    /// <summary>The longest ticket in characters. More is refused unread.</summary>
    public const int MaxLength = 8192;

    private const byte Version = 1;

    private readonly TicketSeal seal = new(keys, time);
    private readonly ConcurrentDictionary<(byte Kind, AppId App, long Since), byte[]> purposes = new();
    private long since;

    /// <summary>
    /// Seals from now on for the life that the database began at this moment, and opens nothing from before: it has forgotten what
    /// was spent (<see cref="Restores"/>). 0: its first.
    /// </summary>
    public void SealSince(long moment) => Interlocked.Exchange(ref since, moment);

    /// <exception cref="ArgumentException">It would be too long to be read back.</exception>
    public string Seal<T>(AppId app, T ticket)
        where T : class, ITicket<T>
    {
        var content = new TicketWriter().Byte(Version).Id(ticket.Id).Time(ticket.ExpiresAt);
        ticket.Write(content);
        var text = Base64Url.EncodeToString(seal.Seal(Purpose(app, T.Purpose), content.Written));
        return text.Length <= MaxLength
            ? text
            : throw new ArgumentException($"The ticket would be {text.Length} characters, and {MaxLength} are read back.", nameof(ticket));
    }

    /// <summary>
    /// Opens a ticket; null when it is none. One that another node has sealed with a key that was not read here yet waits for that.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The key is not known, and the keys cannot be read now.</exception>
    public async ValueTask<T?> OpenAsync<T>(AppId app, string? ticket, CancellationToken cancellationToken)
        where T : class, ITicket<T>
        => TryOpen<T>(app, ticket, out var opened) || (await LearnKeyOfAsync(ticket, cancellationToken) && TryOpen(app, ticket, out opened))
            ? opened
            : null;

    /// <summary>The same without waiting: one whose key was not read here yet does not open.</summary>
    public bool TryOpen<T>(AppId app, string? ticket, [NotNullWhen(true)] out T? opened)
        where T : class, ITicket<T>
    {
        opened = null;
        if (!IsText(ticket))
            return false;
        try
        {
            if (!seal.TryOpen(Purpose(app, T.Purpose), Base64Url.DecodeFromChars(ticket), out var content))
                return false;
            var reader = new TicketReader(content);
            if (reader.Byte() != Version)
                return false;
            var id = reader.Id();
            var expiresAt = reader.Time();
            if (time.GetUtcNow() >= expiresAt)
                return false;
            opened = T.Read(ref reader, id, expiresAt);
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

    private byte[] Purpose(AppId app, byte kind)
        => purposes.GetOrAdd((kind, app, Volatile.Read(ref since)), static key => PurposeOf(key.Kind, key.App, key.Since));

    // No app's id has a 0 in it, so the moment is none's end.
    private static byte[] PurposeOf(byte kind, AppId app, long since)
    {
        byte[] purpose = [kind, .. Encoding.UTF8.GetBytes(app.Value)];
        return since == 0 ? purpose : [.. purpose, 0, .. BitConverter.GetBytes(since)];
    }
}
