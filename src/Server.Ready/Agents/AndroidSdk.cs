namespace OpenPassage.Server.Ready.Agents;

/// <summary>Versions of Android by the number of their SDK (https://developer.android.com/tools/releases/platforms).</summary>
internal static class AndroidSdk
{
    /// <summary>0: no such number, or one that came after this list.</summary>
    public static int Release(string? sdk) => sdk switch
    {
        "21" or "22" => 5,
        "23" => 6,
        "24" or "25" => 7,
        "26" or "27" => 8,
        "28" => 9,
        "29" => 10,
        "30" => 11,
        "31" or "32" => 12,
        "33" => 13,
        "34" => 14,
        "35" => 15,
        "36" => 16,
        "37" => 17,
        _ => 0,
    };
}
