namespace OpenPassage.Server.Apps;

/// <summary>What is wrong with a file, and what follows.</summary>
/// <param name="Setting">That names it, such as <c>OpenPassage:FidoMetadata</c>.</param>
/// <param name="File">Its path; for operators only.</param>
/// <param name="What">The rest of a sentence that begins with the setting.</param>
/// <param name="Advice">What to do.</param>
/// <param name="IsUsed">Whether what it says is used all the same.</param>
internal sealed record SourceProblem(string Setting, string? File, string What, string Advice, bool IsUsed)
{
    /// <summary>For operators.</summary>
    public string Sentence => $"{Setting} names {File}, {What}";

    /// <summary>For anybody.</summary>
    public string PublicSentence => $"{Setting} names a file {What}";

    public static SourceProblem Unusable(string setting, string? file, string why)
    {
        var (lost, advice) = setting switch
        {
            nameof(OpenPassageOptions.FidoNames) => ("The names that come along are used.",
                "Download the list again, and restart the server."),
            nameof(OpenPassageOptions.FidoMetadata) => (
                "Attestation is judged without it, and models are not refused for what FIDO reports of them.",
                "Download the list again, check the machine's clock, and restart the server."),
            nameof(OpenPassageOptions.FidoMetadataRoot) => (
                "FidoMetadata is not trusted without it.", "Put the root's certificate there, in PEM, or leave the setting out for "
                    + "FIDO's own roots. Then restart the server."),
            _ => ("The certificates in it vouch for nobody.", "Put certificates in PEM there, and restart the server."),
        };
        return new($"{OpenPassageOptions.Section}:{setting}", file, $"which cannot be used: {why}. {lost}", advice, IsUsed: false);
    }

    public static SourceProblem Overdue(string? file, DateOnly nextUpdate) => new(
        $"{OpenPassageOptions.Section}:{nameof(OpenPassageOptions.FidoMetadata)}",
        file,
        $"whose successor was due on {nextUpdate:yyyy-MM-dd}. It is used, and says nothing of what FIDO has reported since.",
        "Download the list again, and restart the server.",
        IsUsed: true);
}
