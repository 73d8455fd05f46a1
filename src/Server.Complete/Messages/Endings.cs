using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>
/// Writes down what has become of messages, those together that come together. A message that was handed over is not forgotten while the
/// database is away: it would be sent once more. Meanwhile a node begins no more than it can hold in hand.
/// </summary>
internal sealed class Endings(Database database, ILogger<Endings> logger) : IDisposable
{
    private const int Together = 128;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<(Statement[] Statements, TaskCompletionSource Written)> ended
        = Channel.CreateUnbounded<(Statement[], TaskCompletionSource)>(new() { SingleReader = true });
    private readonly CancellationTokenSource leaving = new();
    private readonly Lock gate = new();
    private Task? writing;

    /// <summary>Writes it down; done when it is.</summary>
    public Task AddAsync(Statement[] statements)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (statements is [] || !ended.Writer.TryWrite((statements, written)))
            return Task.CompletedTask;
        lock (gate)
            writing ??= Task.Run(WriteAllAsync);
        return written.Task;
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

    public void Dispose() => leaving.Dispose();

    private async Task WriteAllAsync()
    {
        List<Statement> statements = [];
        List<TaskCompletionSource> waiting = [];
        while (await ended.Reader.WaitToReadAsync())
        {
            while (waiting.Count < Together && ended.Reader.TryRead(out var one))
            {
                statements.AddRange(one.Statements);
                waiting.Add(one.Written);
            }

            await WriteAsync([.. statements]);
            waiting.ForEach(one => one.SetResult());
            statements.Clear();
            waiting.Clear();
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
