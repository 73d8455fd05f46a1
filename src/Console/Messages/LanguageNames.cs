namespace OpenPassage.OperatorConsole.Messages;

/// <summary>The languages of messages in the console's own.</summary>
internal static class LanguageNames
{
    public static string Of(string language) => language switch
    {
        "de" => "German",
        "en" => "English",
        "es" => "Spanish",
        "fr" => "French",
        "it" => "Italian",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "zh" => "Chinese",
        _ => language,
    };
}
