using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>
/// Writes down what has become of messages, those together that come together. A message that was handed over is not forgotten while the
/// database is away: it would be sent once more.
/// </summary>
internal sealed class Endings(Database database, ILogger<Endings> logger)
{
    private const int Together = 128;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<Statement[]> ended = Channel.CreateUnbounded<Statement[]>(new() { SingleReader = true });
    private readonly CancellationTokenSource leaving = new();
    private readonly Lock gate = new();
    private Task? writing;

    public void Add(Statement[] statements)
    {
        if (statements is [])
            return;
        ended.Writer.TryWrite(statements);
        lock (gate)
            writing ??= Task.Run(WriteAllAsync);
    }

    /// <summary>Writes the rest. What the database does not take now is left: those messages may be sent once more.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        ended.Writer.TryComplete();
        await leaving.CancelAsync();
        Task? last;
        lock (gate)
            last = writing;
        if (last is not null)
            await last.WaitAsync(cancellationToken);
    }

    private async Task WriteAllAsync()
    {
        List<Statement> statements = [];
        while (await ended.Reader.WaitToReadAsync())
        {
            for (var messages = 0; messages < Together && ended.Reader.TryRead(out var one); messages++)
                statements.AddRange(one);
            await WriteAsync([.. statements]);
            statements.Clear();
        }
    }

    private async Task WriteAsync(Statement[] statements)
    {
        for (var told = false; ; told = true)
        {
            try
            {
                await database.WriteAsync(statements, CancellationToken.None);
                return;
            }
            catch (DatabaseUnavailableException e)
            {
                if (!told)
                    logger.LogWarning("What has become of messages could not be written; it is tried again. {Reason}", e.Message);
                if (leaving.IsCancellationRequested)
                    return;
            }
#pragma warning disable CA1031 // What the database refuses once it always would, and those behind must not wait for it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.LogError(e, "What has become of messages could not be written; they may be sent once more.");
                return;
            }

            // Of the real clock, whatever the server's is: the database is what it waits for.
            await Task.Delay(Pause);
        }
    }
}
