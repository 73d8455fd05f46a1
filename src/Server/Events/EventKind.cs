namespace OpenPassage.Server.Events;

/// <summary>
/// A kind of event. It is declared by the room whose work it tells of, and listed in <see cref="EventKinds"/> by the composition root.
/// </summary>
/// <param name="Word">In the database and on the wire.</param>
/// <param name="Action">What a user's recent events call it.</param>
/// <param name="Label">What the console calls one.</param>
/// <param name="Plural">What the console's filter calls them.</param>
internal sealed record EventKind(string Word, EventAction Action, string Label, string Plural)
{
    /// <summary>What the console calls one that was refused.</summary>
    public string RefusedLabel { get; init; } = Label;
}
