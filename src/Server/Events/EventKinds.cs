namespace OpenPassage.Server.Events;

/// <summary>
/// Every kind of event that this server writes: what filters take, descriptions list and the console names, and all that
/// <see cref="EventWriting"/> writes.
/// </summary>
internal sealed class EventKinds
{
    /// <summary>The kind that most events are of. Indexes of the rarer ones leave it out: see the files of the schema.</summary>
    public const string Frequent = "passkey_login";

    private readonly Dictionary<string, EventKind> byWord;

    /// <exception cref="ArgumentException">A word that cannot be one, or that two kinds have.</exception>
    public EventKinds(IReadOnlyList<EventKind> kinds)
    {
        // Words stand in SQL as they are.
        if (kinds.FirstOrDefault(kind => kind.Word is "" || kind.Word.Any(letter => letter is not (>= 'a' and <= 'z' or '_'))) is { } wrong)
            throw new ArgumentException($"The word of a kind of event consists of a to z and _: {wrong.Word}", nameof(kinds));
        All = kinds;
        byWord = kinds.ToDictionary(kind => kind.Word, StringComparer.Ordinal);
    }

    /// <summary>In the order in which they are shown.</summary>
    public IReadOnlyList<EventKind> All { get; }

    /// <summary>The words alone.</summary>
    public IReadOnlyList<string> Words => [.. All.Select(kind => kind.Word)];

    /// <summary>The kind of an event that was read. One that a newer version has written is shown by its word.</summary>
    public EventKind Read(string word, EventAction action)
        => byWord.GetValueOrDefault(word) ?? new(word, action, Label: word, Plural: word);

    /// <summary>Whether it is one of them.</summary>
    public bool Contains(EventKind kind) => byWord.GetValueOrDefault(kind.Word) == kind;
}
