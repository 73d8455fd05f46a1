namespace OpenPassage.Server.Events;

internal enum EventAction { Register, Login, Other }

/// <summary>The words for it in the database.</summary>
internal static class EventActions
{
    public static EventAction Parse(string word) => word switch
    {
        "register" => EventAction.Register,
        "login" => EventAction.Login,
        _ => EventAction.Other,
    };
}
