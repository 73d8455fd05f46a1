using Microsoft.Extensions.Logging;
using OpenPassage.Server.Loops;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>Every second, and once more when the server stops, counts the reports that have gathered.</summary>
internal sealed class ReportWriting(GatheredReports gathered, DeviceCounts counts, TimeProvider time, ILogger<ReportWriting> logger)
    : Loop(TimeSpan.FromSeconds(1), time, logger)
{
    /// <summary>Reports that one transaction counts at most: a sign-in's write waits for no more.</summary>
    private const int Batch = 1000;

    private readonly SemaphoreSlim turn = new(1, 1);

    protected override string Failure
        => "Reports of the readiness of devices could not be counted; they wait for the next try in a second.";

    protected override bool TurnsAtEnd => true;

    /// <summary>Counts what there is now. What cannot be counted waits for the next time.</summary>
    public async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var reports = gathered.Take();
            for (var done = 0; done < reports.Count;)
            {
                var batch = reports.GetRange(done, LengthOfBatch(reports, done));
                try
                {
                    await counts.AddAsync(batch, cancellationToken);
                }
                catch
                {
                    gathered.PutBack(reports[done..]);
                    throw;
                }

                done += batch.Count;
            }
        }
        finally
        {
            turn.Release();
        }
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    protected override ValueTask TurnAsync(CancellationToken cancellationToken) => WriteAsync(cancellationToken);

    // Those of one day are of one week and one month.
    private static int LengthOfBatch(List<Report> reports, int from)
    {
        var (length, day) = (1, reports[from].At.UtcDateTime.Date);
        while (length < Batch && from + length < reports.Count && reports[from + length].At.UtcDateTime.Date == day)
            length++;
        return length;
    }
}
