using OpenPassage.Server.Ready.Values;

namespace OpenPassage.Server.Ready.Picture;

/// <summary>Something that a share of devices can do, by the name that it has in queries and answers.</summary>
/// <remarks>
/// What a device said counts. Autofill is the exception: helpers of Passage's report it as false in current browsers, whatever the browser
/// can do, so a device counts too whose browser's version is known to do it.
/// </remarks>
/// <param name="Name">The same on the wire, in the console and on the command line.</param>
/// <param name="Flag">The bit that it stands for; none for what is told from several.</param>
/// <param name="Fits">Whether a device with these capabilities is one of them.</param>
internal sealed record Ability(string Name, Capabilities Flag, Func<Capabilities, bool> Fits)
{
    private const Capabilities Ways = Capabilities.SecurityKey | Capabilities.Platform | Capabilities.CrossDevice;

    /// <summary>Signs in with a passkey of its own, behind its screen lock.</summary>
    public static readonly Ability Local = Of("local", Capabilities.Platform);

    /// <summary>Has passkeys that a provider synchronises.</summary>
    public static readonly Ability Synced = Of("synced", Capabilities.Synced);

    /// <summary>Offers passkeys among the suggestions of a name field.</summary>
    public static readonly Ability Autofill = Of("autofill", Capabilities.ConditionalUi) with { TakesKnown = true };

    /// <summary>Signs in with a passkey on a phone nearby.</summary>
    public static readonly Ability Phone = Of("phone", Capabilities.CrossDevice);

    /// <summary>Signs in with a security key, and neither with a passkey of its own nor with a phone.</summary>
    public static readonly Ability KeyOnly = new("key_only", Capabilities.None, all => (all & Ways) == Capabilities.SecurityKey);

    /// <summary>Signs in with none of these.</summary>
    public static readonly Ability None = new("none", Capabilities.None, all => (all & Ways) == Capabilities.None);

    /// <summary>In the order in which they are told.</summary>
    public static readonly IReadOnlyList<Ability> All = [Local, Synced, Autofill, Phone, KeyOnly, None];

    /// <summary>Those that groups, weeks and a forecast can be asked of; the first unless said otherwise.</summary>
    public static readonly IReadOnlyList<Ability> Asked = [Local, Synced, Autofill, Phone];

    /// <summary>The one of <see cref="Asked"/> of that name; the first where there is none.</summary>
    public static Ability Named(string? name) => Asked.FirstOrDefault(ability => ability.Name == name) ?? Asked[0];

    /// <summary>Whether what is known of a browser's version counts beside what the device said.</summary>
    public bool TakesKnown { get; init; }

    /// <summary>What a share is made of: <c>reported</c> or <c>both</c>.</summary>
    public string Uses => TakesKnown ? "both" : "reported";

    /// <summary>Whether devices of this kind count.</summary>
    public bool Counts(Kind kind) => IsReported(kind) || (TakesKnown && IsKnown(kind));

    /// <summary>Whether they said so.</summary>
    public bool IsReported(Kind kind) => Fits(kind.Profile.Reported);

    /// <summary>Whether their browser's version is known to.</summary>
    public bool IsKnown(Kind kind) => kind.Known is { } known && Fits(known);

    private static Ability Of(string name, Capabilities flag) => new(name, flag, all => (all & flag) != Capabilities.None);
}
