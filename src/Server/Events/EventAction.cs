namespace OpenPassage.Server.Events;

internal enum EventAction { Register, Login, Other }

/// <summary>The words for it in the database.</summary>
internal static class EventActions
{
    public static string ToWord(this EventAction action) => action switch
    {
        EventAction.Register => "register",
        EventAction.Login => "login",
        EventAction.Other => "other",
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    public static EventAction Parse(string word) => word switch
    {
        "register" => EventAction.Register,
        "login" => EventAction.Login,
        _ => EventAction.Other,
    };
}
