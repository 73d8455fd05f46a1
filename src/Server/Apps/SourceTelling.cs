using Microsoft.Extensions.Logging;
using OpenPassage.Server.Loops;

namespace OpenPassage.Server.Apps;

/// <summary>
/// Tells the log of every problem with a file of <see cref="AttestationSources"/> once: at the start, and within the hour in which
/// it arises.
/// </summary>
internal sealed class SourceTelling(AttestationSources sources, TimeProvider time, ILogger<SourceTelling> logger)
    : Loop(TimeSpan.FromHours(1), time, logger)
{
    private readonly ILogger<SourceTelling> logger = logger;
    private readonly HashSet<SourceProblem> told = [];

    protected override string Failure => "The attestation files could not be checked.";

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Tell();
        return base.StartAsync(cancellationToken);
    }

    protected override ValueTask TurnAsync(CancellationToken cancellationToken)
    {
        Tell();
        return ValueTask.CompletedTask;
    }

    private void Tell()
    {
        foreach (var problem in sources.Problems.Where(told.Add))
            logger.LogWarning("{Problem} {Advice}", problem.Sentence, problem.Advice);
    }
}
