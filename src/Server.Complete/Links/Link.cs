using OpenPassage.Server.Complete.Accounts;

namespace OpenPassage.Server.Complete.Links;

/// <summary>What a link does when it is opened.</summary>
internal enum LinkPurpose
{
    /// <summary>Signs in whoever has its address or number.</summary>
    SignIn,

    /// <summary>Proves that an address or number is the user's, and makes it the account's.</summary>
    Verify,

    /// <summary>Takes a change of an address or number back; its identifier is the one that was, or empty where there was none.</summary>
    Undo,
}

/// <summary>A link as it is now.</summary>
internal sealed record Link
{
    /// <summary>24 letters and digits: whoever asked for it asks with this whether it has been opened.</summary>
    public required string Id { get; init; }

    public required LinkPurpose Purpose { get; init; }

    /// <summary>Whether opening it makes an account where there is none.</summary>
    public required bool MayBegin { get; init; }

    /// <summary>What it was sent to, or is about.</summary>
    public required AccountIdentifier Identifier { get; init; }

    /// <summary>What it was sent in; empty: a backend made it and sends it itself.</summary>
    public required string MessageId { get; init; }

    /// <summary>Whose account it is for; empty: nobody's yet.</summary>
    public required string UserId { get; init; }

    /// <summary>Where it was asked for (<see cref="Http.Networks"/>); empty: a backend made it.</summary>
    public required string Network { get; init; }

    /// <summary>Empty: the app's.</summary>
    public required string RedirectUrl { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How often it was opened.</summary>
    public required long Openings { get; init; }

    /// <summary>The networks where it was.</summary>
    public required IReadOnlyList<string> OpenedBy { get; init; }

    /// <summary>The last of them; empty: there is none.</summary>
    public required string Opener { get; init; }

    /// <summary>When it was opened there; null: it was not opened yet.</summary>
    public required DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When it was opened where it was asked for; null: not yet.</summary>
    public required DateTimeOffset? OwnOpenedAt { get; init; }

    /// <summary>What the last opening began; empty: nothing.</summary>
    public required string SessionId { get; init; }

    /// <summary>When whoever asked for it was signed in too; null: not yet.</summary>
    public required DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>On which network.</summary>
    public required string DeliveredTo { get; init; }

    /// <summary>What began there.</summary>
    public required string DeliveredSession { get; init; }

    /// <summary>The session that asked for a change; empty: none did.</summary>
    public required string AskedBy { get; init; }

    /// <summary>What is taken back.</summary>
    public required TakenBack TakenBack { get; init; }

    /// <summary>Whether a network is the one where it was asked for. A backend asks on none.</summary>
    public bool IsOwn(string network) => Network.Length > 0 && Network == network;
}

/// <summary>What a link that takes a change back restores, and what goes then.</summary>
/// <param name="Since">What came to the account after that goes: identifiers and passkeys.</param>
/// <param name="HeldSince">Since when the account had the identifier.</param>
/// <param name="ProvenAt">When it was proven; null: it was not.</param>
/// <param name="IsWeak">Whether that was a weak proof.</param>
internal sealed record TakenBack(DateTimeOffset Since, DateTimeOffset? HeldSince, DateTimeOffset? ProvenAt, bool IsWeak)
{
    /// <summary>Of other links.</summary>
    public static readonly TakenBack Nothing = new(DateTimeOffset.UnixEpoch, HeldSince: null, ProvenAt: null, IsWeak: false);
}

/// <summary>A link that is made.</summary>
/// <param name="Id">24 letters and digits.</param>
/// <param name="Secret">What is in the URL.</param>
/// <param name="Purpose">What it does.</param>
/// <param name="Identifier">What it is sent to, or is about.</param>
internal sealed record NewLink(string Id, LinkSecret Secret, LinkPurpose Purpose, AccountIdentifier Identifier)
{
    public bool MayBegin { get; init; }

    public string MessageId { get; init; } = "";

    public string UserId { get; init; } = "";

    public string Network { get; init; } = "";

    public string RedirectUrl { get; init; } = "";

    public string AskedBy { get; init; } = "";

    public TakenBack TakenBack { get; init; } = TakenBack.Nothing;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>The words for purposes in the database.</summary>
internal static class LinkPurposes
{
    public static string ToWord(this LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.SignIn => "sign_in",
        LinkPurpose.Verify => "verify",
        LinkPurpose.Undo => "undo",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };

    public static LinkPurpose Parse(string word)
        => Enum.GetValues<LinkPurpose>().Single(purpose => purpose.ToWord() == word);
}
