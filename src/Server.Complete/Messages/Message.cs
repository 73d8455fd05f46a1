using OpenPassage.Server.Complete.Accounts;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>What a message is for: each has texts of its own in every language.</summary>
internal enum MessageKind
{
    SignInCode,
    SignUpCode,
    SignInLink,
    SignUpLink,

    /// <summary>Somebody asked to sign in with this address, and there is no account.</summary>
    NoAccount,

    /// <summary>Proves that an address or number is the user's.</summary>
    VerifyLink,

    /// <summary>To the address or number that is changed, with a link that undoes it.</summary>
    IdentifierChanged,

    /// <summary>To the other one, where that of which it tells is new or was never verified; with a link that undoes it.</summary>
    OtherIdentifierChanged,

    /// <summary>Somebody asked to have this address or number for another account, and nothing happens.</summary>
    IdentifierInUse,

    /// <summary>An operator sends it to see whether messages arrive.</summary>
    Test,
}

/// <summary>What a message says. It holds no text that a stranger has chosen.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="To">Whom it goes to.</param>
/// <param name="Language">One of <see cref="Languages.All"/>.</param>
internal sealed record Message(MessageKind Kind, AccountIdentifier To, string Language)
{
    /// <summary>Its id, where that is to say how many there were (<see cref="Sends"/>): 24 letters and digits. Null: any.</summary>
    public string? Id { get; init; }

    /// <summary>Whose account it is about, where there is one: the message goes with the user.</summary>
    public string? UserId { get; init; }

    /// <summary>Six digits.</summary>
    public string? Code { get; init; }

    /// <summary>Absolute, on the app's auth origin.</summary>
    public string? Link { get; init; }

    /// <summary>How long code or link are good. A message that could not be sent by then is given up. Zero: it holds neither.</summary>
    public TimeSpan ValidFor { get; init; }

    /// <summary>Who asked for it; shown as one of the browsers and systems that we know, never as it is.</summary>
    public string? UserAgent { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset AskedAt { get; init; }
}

/// <summary>The words for kinds, in the database and in the names of templates.</summary>
internal static class MessageKinds
{
    public static IReadOnlyList<MessageKind> All { get; } = Enum.GetValues<MessageKind>();

    public static string ToWord(this MessageKind kind) => kind switch
    {
        MessageKind.SignInCode => "sign_in_code",
        MessageKind.SignUpCode => "sign_up_code",
        MessageKind.SignInLink => "sign_in_link",
        MessageKind.SignUpLink => "sign_up_link",
        MessageKind.NoAccount => "no_account",
        MessageKind.VerifyLink => "verify_link",
        MessageKind.IdentifierChanged => "identifier_changed",
        MessageKind.OtherIdentifierChanged => "other_identifier_changed",
        MessageKind.IdentifierInUse => "identifier_in_use",
        MessageKind.Test => "test",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>As people call it.</summary>
    public static string ToLabel(this MessageKind kind) => kind switch
    {
        MessageKind.SignInCode => "Code to sign in",
        MessageKind.SignUpCode => "Code to sign up",
        MessageKind.SignInLink => "Link to sign in",
        MessageKind.SignUpLink => "Link to sign up",
        MessageKind.NoAccount => "There is no account",
        MessageKind.VerifyLink => "Link to confirm an address or number",
        MessageKind.IdentifierChanged => "Address or number is changed",
        MessageKind.OtherIdentifierChanged => "The account's other address or number is changed",
        MessageKind.IdentifierInUse => "Address or number is another account's",
        MessageKind.Test => "Test",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Null: a newer version has written it.</summary>
    public static MessageKind? Parse(string word) => All.Cast<MessageKind?>().FirstOrDefault(kind => kind!.Value.ToWord() == word);
}

/// <summary>The words for what has become of messages.</summary>
internal static class MessageStates
{
    public const string Waiting = "waiting";

    /// <summary>Whoever took it has taken charge of it.</summary>
    public const string Sent = "sent";

    /// <summary>Whoever was to take it did not, for good.</summary>
    public const string Refused = "refused";

    /// <summary>It could not be sent in time.</summary>
    public const string GivenUp = "given_up";

    public static IReadOnlyList<string> All { get; } = [Waiting, Sent, Refused, GivenUp];
}
