using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>What accounts of an app may go by and must: sentences where somebody says otherwise. No clock, no database.</summary>
internal static class AccountRules
{
    public const string NoEmail = "email is no email address, such as ada@example.com.";
    public const string NoPhone = "phone is no phone number with its country, such as +14155550123.";

    /// <summary>Null: whoever has these has what an account must have.</summary>
    public static string? WhatIsMissing(CompleteAppOptions app, bool hasEmail, bool hasPhone) => app.RequiredIdentifier switch
    {
        "email" when !hasEmail => "email is missing: every account of this app has an email address.",
        "phone" when !hasPhone => "phone is missing: every account of this app has a phone number.",
        "both" when !hasEmail => "email is missing: every account of this app has an email address and a phone number.",
        "both" when !hasPhone => "phone is missing: every account of this app has an email address and a phone number.",
        _ when !hasEmail && !hasPhone => "email and phone are missing: an account has one of them at least.",
        _ => null,
    };

    /// <summary>Null: accounts of the app may go by it.</summary>
    public static string? WhyNotAllowed(CompleteAppOptions app, AccountIdentifier identifier)
        => (app.AllowedIdentifier, identifier.Kind.Word) switch
        {
            ("email", IdentifierKind.Phone) => "phone cannot be set: accounts of this app have an email address only.",
            ("phone", IdentifierKind.Email) => "email cannot be set: accounts of this app have a phone number only.",
            _ => null,
        };
}
