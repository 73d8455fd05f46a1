namespace OpenPassage.Server.Http;

/// <summary>How an operation ended, in words from fixed sets.</summary>
/// <param name="Outcome"><c>ok</c>, <c>refused</c>, <c>failed</c> (the server's fault) or <c>aborted</c> (the caller went away).</param>
/// <param name="Code">The refusal's code on the wire; null when there was none.</param>
/// <param name="Rejection">The code of WebAuthn's step that refused; null when none did.</param>
internal readonly record struct Ending(string Outcome, string? Code, string? Rejection)
{
    public static readonly Ending Aborted = new("aborted", null, null);
    public static readonly Ending Failed = new("failed", null, null);

    public static Ending Of(Refusal? refusal) => refusal is null
        ? new("ok", null, null)
        : new(refusal.Status >= 500 ? "failed" : "refused", refusal.Code, refusal.Rejection?.Code);
}
