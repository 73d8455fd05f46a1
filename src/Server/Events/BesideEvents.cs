namespace OpenPassage.Server.Events;

/// <summary>
/// What is written beside every event, in its transaction, such as the row of an outbox from which the event is sent on. Each one
/// that is registered with the services adds its statement to every write that has an event, a sign-in's too: none goes another way.
/// </summary>
/// <param name="Insert">
/// Makes the statement. What it is given stands for a table named <c>e</c> that has the events just written, with the columns of
/// <c>events</c>: <c>INSERT INTO outbox (…) SELECT e.app_id, e.event_id, … FROM {events}</c>. The statement may use
/// <c>@app</c>, returns nothing, and does nothing for an event that has its row, since a refused ceremony's event may come again.
/// </param>
internal sealed record BesideEvents(Func<string, string> Insert);
