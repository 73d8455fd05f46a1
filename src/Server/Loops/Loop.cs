using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Loops;

/// <summary>
/// Does something again and again beside the calls. A turn that fails is told to the log once, and not again until one has succeeded or
/// fails in another way; the next turn comes as usual.
/// </summary>
/// <param name="every">How long from turn to turn. The first comes after that time.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of failures.</param>
internal abstract class Loop(TimeSpan every, TimeProvider time, ILogger logger) : BackgroundService
{
    private readonly PeriodicTimer timer = new(every, time);
    private Type? told;

    /// <summary>What it means when a turn fails: a sentence for the log.</summary>
    protected abstract string Failure { get; }

    /// <summary>What makes the next turn come at once; null: nothing does.</summary>
    protected virtual ChannelReader<bool>? Hurries => null;

    /// <summary>Whether there is one more turn when the server stops.</summary>
    protected virtual bool TurnsAtEnd => false;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (TurnsAtEnd)
            await TryTurnAsync(cancellationToken);
    }

    public override void Dispose()
    {
        timer.Dispose();
        base.Dispose();
    }

    protected abstract ValueTask TurnAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task<bool>? tick = null, hurry = null;
        while (true)
        {
            tick ??= timer.WaitForNextTickAsync(stoppingToken).AsTask();
            hurry ??= Hurries?.WaitToReadAsync(stoppingToken).AsTask();
            if (hurry is not null)
                await Task.WhenAny(tick, hurry);
            if (hurry is { IsCompletedSuccessfully: true })
            {
                Hurries!.TryRead(out _);
                hurry = null;
            }
            else if (await tick)
            {
                tick = null;
            }
            else
            {
                return;
            }

            await TryTurnAsync(stoppingToken);
        }
    }

    private async Task TryTurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TurnAsync(cancellationToken);
            told = null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
#pragma warning disable CA1031 // A database that is away now, or a full disk, must not end the loop for good.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (told != e.GetType())
                Tell(e);
            told = e.GetType();
        }
    }

    private void Tell(Exception e)
    {
        if (e is DatabaseUnavailableException or DbException or IOException)
            logger.LogWarning("{Failure} {Reason}", Failure, e.Message);
        else
            logger.LogError(e, "{Failure}", Failure);
    }
}
