using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Ready.Support;

/// <summary>What versions of browsers can do, as is publicly known.</summary>
internal static class BrowserSupport
{
    /// <summary>The day of the data that the table is made of.</summary>
    public static DateOnly Date => throw new NotSupportedException();

    /// <summary>What this kind of device can do by its browser and system; null: the versions are unknown, or not in the table.</summary>
    public static Capabilities? Of(Profile profile) => throw new NotSupportedException();

    /// <summary>
    /// The version of the same browser from which it can do this on the same system; null: it never can, or it is not known.
    /// </summary>
    public static int? FirstWith(Profile profile, Capabilities capability) => throw new NotSupportedException();
}
