namespace OpenPassage.Server;

/// <summary>
/// What can be configured of Passkey Ready: the section <c>OpenPassage:Readiness</c>. Read once at start; a wrong value stops the start
/// with a sentence that names the setting.
/// </summary>
public sealed class OpenPassageReadyOptions
{
    /// <summary>
    /// How many reports one network may send with one key in a minute, counted per node; 0: any number. Default 600.
    /// </summary>
    public int ReportsPerMinute { get; set; } = 600;

    /// <summary>
    /// How many devices of one network a key counts in an hour, per node; 0: any number. A device that reports again within the hour is
    /// not counted again. Reports of further devices are refused until the hour has passed. Default 1000.
    /// </summary>
    public int DevicesPerNetworkAndHour { get; set; } = 1000;
}
