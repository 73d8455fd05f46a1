using System.Diagnostics.CodeAnalysis;
using MimeKit;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Users;
using PhoneNumbers;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>An email address or a phone number, in the form that is compared.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Value">An address in lower case with its domain as browsers write it; a number as E.164 has it.</param>
/// <param name="Given">As it was given, without the white space around it.</param>
internal sealed record AccountIdentifier(IdentifierKind Kind, string Value, string Given);

/// <summary>What accounts go by.</summary>
internal static class Identifiers
{
    /// <summary>RFC 5321 §4.5.3.1.1, and §4.5.3.1.3 without its brackets.</summary>
    private const int MaxLocalPart = 64;
    private const int MaxEmail = 254;

    private const string LocalPartSigns = "!#$%&'*+/=?^_`{|}~-.";

    public static readonly IdentifierKind Email = new(IdentifierKind.Email, text => ParseEmail(text)?.Value ?? text)
    {
        ToBeginning = text => IsPhone(text) ? null : ParseEmail(text)?.Value ?? text.Trim().ToLowerInvariant(),
    };

    public static readonly IdentifierKind Phone = new(IdentifierKind.Phone, text => ParsePhone(text)?.Value ?? text)
    {
        ToBeginning = text => IsPhone(text) ? ParsePhone(text)?.Value ?? $"+{string.Concat(text.Where(char.IsAsciiDigit))}" : null,
    };

    // Reads the world's numbering plans when it is first asked for, not when the server starts.
    private static PhoneNumberUtil Numbers => PhoneNumberUtil.GetInstance();

    /// <summary>One that was kept.</summary>
    public static AccountIdentifier Of(string kind, string value, string given)
        => new(kind == IdentifierKind.Phone ? Phone : Email, value, given);

    /// <summary>Reads what somebody typed: with an @ it is an address, else a number.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AccountIdentifier? identifier)
        => (identifier = text.Contains('@', StringComparison.Ordinal) ? ParseEmail(text) : ParsePhone(text)) is not null;

    // What begins with a plus is a number unless there is an @ in it.
    private static bool IsPhone(string text)
        => text.AsSpan().TrimStart().StartsWith('+') && !text.Contains('@', StringComparison.Ordinal);

    /// <summary>
    /// Null: it is no address that mail goes to. Stricter than the standard: one dot in the domain at least, no address of a machine,
    /// no quotes, no comments, and letters beyond ASCII in the domain alone.
    /// </summary>
    public static AccountIdentifier? ParseEmail(string text)
    {
        var given = text.Trim();
        if (given.Length is 0 or > MaxEmail || given.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
            return null;
        if (!MailboxAddress.TryParse(given, out var mailbox) || mailbox.Address.Length == 0 || mailbox.Name is { Length: > 0 })
            return null;
        var at = given.LastIndexOf('@');
        if (at < 0)
            return null;
        var (local, domain) = (given[..at], given[(at + 1)..]);
        if (local.Length is 0 or > MaxLocalPart
            || !local.All(letter => char.IsAsciiLetterOrDigit(letter) || LocalPartSigns.Contains(letter, StringComparison.Ordinal))
            || local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
            return null;
        if (Domain.ToAscii(domain.ToLowerInvariant()) is not { } ascii || !ascii.Contains('.', StringComparison.Ordinal) || ascii[^1] == '.'
            || char.IsAsciiDigit(ascii[^1]))
            return null;
        var value = $"{local.ToLowerInvariant()}@{ascii}";
        return value.Length <= MaxEmail ? new(Email, value, given) : null;
    }

    /// <summary>Null: it is no number with its country that can be called.</summary>
    public static AccountIdentifier? ParsePhone(string text)
    {
        var given = text.Trim();
        if (given is not ['+', ..] || given.Length > 32
            || given.Skip(1).Any(sign => !char.IsAsciiDigit(sign) && sign is not ('-' or '(' or ')' or '.' or '/')))
            return null;
        try
        {
            var number = Numbers.Parse(given, defaultRegion: null);
            return Numbers.IsValidNumber(number) ? new(Phone, Numbers.Format(number, PhoneNumberFormat.E164), given) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }
}
