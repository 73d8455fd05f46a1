using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>What of a message is secret or somebody's, as one sealed text for its row alone.</summary>
internal static class SealedMessage
{
    private const byte Version = 1;

    public static byte[] Seal(TicketKeys keys, AppId app, string id, Message message)
    {
        var content = new TicketWriter()
            .Byte(Version)
            .Text(message.To.Kind.Word).Text(message.To.Value).Text(message.To.Given)
            .Text(message.Language)
            .MaybeText(message.Code).MaybeText(message.Link)
            .Time(DateTimeOffset.UnixEpoch + message.ValidFor)
            .MaybeText(message.UserAgent is { } agent ? GivenText.Cut(agent) : null)
            .Time(message.AskedAt);
        return keys.Wrap(content.Written, Purpose(app, id));
    }

    /// <exception cref="System.Security.Cryptography.CryptographicException">The key is gone, or is not what sealed it.</exception>
    /// <exception cref="FormatException">Another version has written it.</exception>
    public static async ValueTask<Message> OpenAsync(
        TicketKeys keys, AppId app, string id, MessageKind kind, byte[] @sealed, CancellationToken cancellationToken)
        => Read(kind, await keys.UnwrapAsync(@sealed, Purpose(app, id), cancellationToken));

    private static Message Read(MessageKind kind, byte[] content)
    {
        var reader = new TicketReader(content);
        if (reader.Byte() != Version)
            throw new FormatException("Another version has written this message.");
        var to = Identifiers.Of(reader.Text(), reader.Text(), reader.Text());
        return new(kind, to, reader.Text())
        {
            Code = reader.MaybeText(),
            Link = reader.MaybeText(),
            ValidFor = reader.Time() - DateTimeOffset.UnixEpoch,
            UserAgent = reader.MaybeText(),
            AskedAt = reader.Time(),
        };
    }

    private static string Purpose(AppId app, string id) => $"message {app.Value} {id}";
}
