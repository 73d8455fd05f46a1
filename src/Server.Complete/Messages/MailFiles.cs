using Microsoft.Extensions.Logging;
using MimeKit;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>A mail that was kept instead of sent.</summary>
/// <param name="MessageId">Of its row in the outbox.</param>
/// <param name="File">Its name in the directory.</param>
/// <param name="To">Whom it is for.</param>
/// <param name="At">When it was written.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Text">What it says, without formatting.</param>
internal sealed record KeptMail(string MessageId, string File, string To, DateTimeOffset At, string Subject, string Text);

/// <summary>
/// Without a mail server, mail is kept as files in the data directory, readable by its owner only: for trying things out, and for tests.
/// The newest few are kept.
/// </summary>
internal sealed class MailFiles(Letters letters, DataDirectory data, TimeProvider time, ILogger<MailFiles> logger) : ICarrier
{
    public const string Directory = "messages";

    /// <summary>How many files there are at most.</summary>
    public const int Most = 200;

    private static readonly FormatOptions AsSent = new() { NewLineFormat = NewLineFormat.Dos };

    private readonly Lock gate = new();
    private bool told;

    public string Channel => IdentifierKind.Email;

    public int AtOnce => 4;

    public async Task<HandOver> CarryAsync(App app, string id, Message message, CancellationToken cancellationToken)
    {
        var letter = await letters.WriteAsync(app, id, message);
        var directory = data.Directory(Directory);
        lock (gate)
        {
            if (!told)
                logger.LogInformation("There is no mail server (OpenPassage:Mail:Smtp:Host): mail is kept in {Directory}.", directory);
            told = true;
            Keep(letter, Path.Combine(directory, $"{time.GetUtcNow():yyyyMMdd'T'HHmmssffffff'Z'}-{id}.eml"));
            foreach (var old in Files(directory).Skip(Most))
                File.Delete(old);
        }

        return HandOver.Sent;
    }

    public ValueTask RestAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>The newest ones, newest first. They hold codes and links: only for whoever may read the directory itself.</summary>
    /// <param name="most">How many.</param>
    /// <param name="isWanted">Asked for the id of a message's row; null: all are.</param>
    public IReadOnlyList<KeptMail> Newest(int most, Func<string, bool>? isWanted = null)
    {
        List<KeptMail> kept = [];
        foreach (var file in Files(Path.Combine(data.FullPath, Directory)).Where(file => isWanted?.Invoke(IdOf(file)) ?? true).Take(most))
        {
            try
            {
                using var mail = MimeMessage.Load(file);
                kept.Add(new(
                    IdOf(file),
                    Path.GetFileName(file),
                    mail.To.Mailboxes.FirstOrDefault()?.Address ?? "",
                    mail.Date,
                    mail.Subject ?? "",
                    mail.TextBody ?? ""));
            }
            catch (Exception e) when (e is IOException or FormatException)
            {
                // It has just made room for a newer one.
            }
        }

        return kept;
    }

    private static void Keep(MimeMessage letter, string path)
    {
        var unfinished = path + ".part";
        using (var file = DataDirectory.OpenNewFile(unfinished))
            letter.WriteTo(AsSent, file);
        File.Move(unfinished, path, overwrite: true);
    }

    // Behind the time, which has no such sign in it.
    private static string IdOf(string file) => Path.GetFileNameWithoutExtension(file).Split('-', 2) is [_, var id] ? id : "";

    // Newest first: the names begin with the time.
    private static IEnumerable<string> Files(string directory)
        => System.IO.Directory.Exists(directory)
            ? System.IO.Directory.EnumerateFiles(directory, "*.eml").OrderByDescending(file => file, StringComparer.Ordinal)
            : [];
}
