namespace OpenPassage.OperatorConsole.Pages;

/// <summary>What went wrong, in a few words and in a sentence that says what to do.</summary>
internal sealed record ProblemModel(string Title, string Sentence);
