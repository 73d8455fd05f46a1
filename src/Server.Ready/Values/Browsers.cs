namespace OpenPassage.Server.Ready.Values;

/// <summary>Browsers about which more is known than their names, by the names that the server has for them.</summary>
internal static class Browsers
{
    public const string Chrome = "Chrome";

    public const string Edge = "Edge";

    public const string Firefox = "Firefox";

    public const string Safari = "Safari";

    public const string Opera = "Opera";

    public const string SamsungInternet = "Samsung Internet";
}
