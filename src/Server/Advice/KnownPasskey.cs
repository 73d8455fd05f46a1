using OpenPassage.Server.Passkeys;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Advice;

/// <summary>A passkey as advice may know it: as the options of a sign-in tell anybody, or as it is kept.</summary>
/// <param name="Transports">The ways to it (§5.8.4); empty: not known.</param>
internal sealed record KnownPasskey(IReadOnlyList<string> Transports)
{
    /// <summary>Whether it is synced between devices; null: not known, or not told.</summary>
    public bool? Synced { get; init; }

    public PasskeyProvider Provider { get; init; }

    /// <summary>The system on which it was last used or made; null: not known, or not told.</summary>
    public string? LastSystem { get; init; }

    /// <summary>Whether it is on a key that is plugged in or tapped.</summary>
    public bool IsOnKey => Transports is not [] && !Has("internal") && !Has("hybrid");

    /// <summary>Whether it was on another device when it was made.</summary>
    public bool IsOnPhone => Has("hybrid") && !Has("internal");

    /// <summary>Whether another device can lend it.</summary>
    public bool IsLent => Transports is [] || Has("hybrid");

    /// <summary>What a stranger may learn from the options anyway.</summary>
    public static IReadOnlyList<KnownPasskey> AsOffered(IReadOnlyList<CredentialDescriptor> offer)
        => [.. offer.Select(one => new KnownPasskey(one.Transports))];

    /// <summary>All that is kept, for whoever is known to be the owner.</summary>
    /// <param name="owned">The owner's.</param>
    /// <param name="lastSystem">Where the owner has last made or used one: events do not say which it was, so it counts for one
    /// alone.</param>
    public static IReadOnlyList<KnownPasskey> AsKept(IReadOnlyList<Passkey> owned, string? lastSystem)
        => [.. owned.Where(passkey => passkey.InactiveUntil is null).Select(passkey => new KnownPasskey(passkey.Record.Transports)
        {
            Synced = passkey.Record.BackupEligible,
            Provider = PasskeyProviders.Of(passkey.Record.Aaguid),
            LastSystem = owned.Count == 1 ? lastSystem : null,
        })];

    private bool Has(string transport) => Transports.Contains(transport, StringComparer.Ordinal);
}
