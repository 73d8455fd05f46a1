using OpenPassage.Server.Events;

namespace OpenPassage.Server.Complete.Outcomes;

/// <summary>What happens to users of Complete's apps besides.</summary>
internal static class CompleteEvents
{
    public static readonly EventKind RefreshTokenReused = new(
        "refresh_token_reused",
        EventAction.Other,
        "Refresh token used again: possibly stolen; the session was ended",
        "refresh tokens used again");

    public static readonly EventKind IdentifierTaken = new(
        "identifier_taken",
        EventAction.Other,
        "Address or number proven by its owner: this account lost its passkeys and sessions",
        "addresses and numbers taken by their owners");

    public static readonly EventKind IdentifierChanged = new(
        "identifier_changed",
        EventAction.Other,
        "Address or number changed",
        "changes of an address or number");

    public static readonly EventKind IdentifierVerified = new(
        "identifier_verified",
        EventAction.Other,
        "Address or number verified by a link",
        "addresses and numbers verified by a link");

    public static readonly EventKind IdentifierChangeUndone = new(
        "identifier_change_undone",
        EventAction.Other,
        "Change of an address or number undone: all sessions were ended",
        "changes of an address or number that were undone");

    public static readonly EventKind CodeLogin = new("code_login", EventAction.Login, "Signed in with a code", "sign-ins with a code");

    public static readonly EventKind LinkLogin = new("link_login", EventAction.Login, "Signed in with a link", "sign-ins with a link");

    public static readonly EventKind LinkDelivered = new(
        "link_delivered",
        EventAction.Other,
        "Signed in where the link was asked for",
        "sign-ins where a link was asked for");

    public static readonly EventKind CodesLocked = new(
        "codes_locked",
        EventAction.Other,
        "Too many wrong codes: the user gets none for a day",
        "users with too many wrong codes");

    /// <summary>Of no user: they were very many's codes.</summary>
    public static readonly EventKind CodesGuessed = new(
        "codes_guessed",
        EventAction.Other,
        "Very many wrong codes within an hour: somebody may be guessing",
        "very many wrong codes");

    public static readonly IReadOnlyList<EventKind> All =
    [
        RefreshTokenReused, IdentifierTaken, IdentifierChanged, IdentifierVerified, IdentifierChangeUndone, CodeLogin, LinkLogin,
        LinkDelivered, CodesLocked, CodesGuessed,
    ];
}
