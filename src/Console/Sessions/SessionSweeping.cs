using Microsoft.Extensions.Logging;
using OpenPassage.Server.Loops;

namespace OpenPassage.OperatorConsole.Sessions;

/// <summary>Every ten minutes, removes sessions that are over: they open nothing any more, and need not lie about.</summary>
internal sealed class SessionSweeping(SessionStore sessions, TimeProvider time, ILogger<SessionSweeping> logger)
    : Loop(TimeSpan.FromMinutes(10), time, logger)
{
    protected override string Failure => "Sessions of the console that are over could not be removed; the next try is in ten minutes.";

    protected override ValueTask TurnAsync(CancellationToken cancellationToken) => sessions.SweepAsync(cancellationToken);
}
