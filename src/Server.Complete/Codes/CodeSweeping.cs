using Microsoft.Extensions.Logging;
using OpenPassage.Server.Loops;

namespace OpenPassage.Server.Complete.Codes;

/// <summary>Every few minutes: forgets guesses that no limit asks for any more.</summary>
internal sealed class CodeSweeping(CodeStore codes, TimeProvider time, ILogger<CodeSweeping> logger)
    : Loop(TimeSpan.FromMinutes(10), time, logger)
{
    protected override string Failure => "Old guesses at codes could not be removed; it is tried again.";

    protected override async ValueTask TurnAsync(CancellationToken cancellationToken) => await codes.RemoveOldAsync(cancellationToken);
}
