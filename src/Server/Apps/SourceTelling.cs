using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Server.Apps;

/// <summary>
/// Tells the log of every problem with a file of <see cref="AttestationSources"/> once: at the start, and within the hour in which
/// it arises.
/// </summary>
internal sealed class SourceTelling(AttestationSources sources, TimeProvider time, ILogger<SourceTelling> logger) : BackgroundService
{
    private readonly PeriodicTimer timer = new(TimeSpan.FromHours(1), time);
    private readonly HashSet<SourceProblem> told = [];

    public override void Dispose()
    {
        timer.Dispose();
        base.Dispose();
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Tell();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await timer.WaitForNextTickAsync(stoppingToken))
            Tell();
    }

    private void Tell()
    {
        foreach (var problem in sources.Problems.Where(told.Add))
            logger.LogWarning("{Problem} {Advice}", problem.Sentence, problem.Advice);
    }
}
