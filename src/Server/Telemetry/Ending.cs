namespace OpenPassage.Server.Telemetry;

/// <summary>How an operation ended, in words from fixed sets.</summary>
/// <param name="Outcome"><c>ok</c>, <c>refused</c>, <c>failed</c> (the server's fault) or <c>aborted</c> (the caller went away).</param>
/// <param name="Code">The refusal's code on the wire; null when there was none.</param>
/// <param name="Rejection">The code of WebAuthn's step that refused; null when none did.</param>
internal readonly record struct Ending(string Outcome, string? Code = null, string? Rejection = null)
{
    public static readonly Ending Ok = new("ok");
    public static readonly Ending Refused = new("refused");
    public static readonly Ending Aborted = new("aborted");
    public static readonly Ending Failed = new("failed");
}
