using OpenPassage.Server.Ready.Support;
using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Ready.Picture;

/// <summary>How many devices of a kind there were in the months that a picture is about, all months together.</summary>
/// <param name="App">Whose key they came with; empty: a key that is no app's.</param>
/// <param name="Profile">What they have in common.</param>
/// <param name="Devices">Those with an id, in each month anew.</param>
/// <param name="Nameless">Reports of devices without one.</param>
internal sealed record Kind(string App, Profile Profile, long Devices, long Nameless)
{
    /// <summary>What nobody knows. It cannot be mistaken for a family: none has this name.</summary>
    public const string Unknown = "unknown";

    /// <summary>What the versions of browser and system are known to do; null: they are unknown.</summary>
    public Capabilities? Known { get; } = BrowserSupport.Of(Profile);

    /// <summary>Of an app that does not say what it runs on, it is unknown: <c>other</c> is what is too small to show.</summary>
    public string Platform => Profile.Platform == Platforms.Other ? Unknown : Profile.Platform;

    public string System => Profile.System is "" ? Unknown : Profile.System;

    public string Browser => Profile switch
    {
        { Browser: not "" } => Profile.Browser,
        { Platform: Platforms.Web } => Unknown,
        _ => "app",
    };
}
