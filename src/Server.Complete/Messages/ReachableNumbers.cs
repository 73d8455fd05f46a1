using Microsoft.Extensions.Options;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Settings;
using OpenPassage.Server.Users;
using PhoneNumbers;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>Which numbers text messages go to: those of the countries in the settings, and none at which somebody earns by it.</summary>
internal sealed class ReachableNumbers(IOptions<OpenPassageCompleteOptions> options)
{
    private static PhoneNumberUtil Numbers => PhoneNumberUtil.GetInstance();

    private readonly HashSet<string> countries = new(options.Value.Sms.Countries, StringComparer.OrdinalIgnoreCase);

    /// <summary>The country of a number as ISO 3166 has it; empty: of none, as satellite telephones are.</summary>
    public static string CountryOf(AccountIdentifier number) => Numbers.GetRegionCodeForNumber(Parse(number)) is { Length: 2 } country
        ? country
        : "";

    /// <summary>Why no message goes to an identifier: a sentence; null: one does.</summary>
    public string? WhyNot(AccountIdentifier to)
    {
        if (to.Kind.Word != IdentifierKind.Phone)
            return null;
        if (Numbers.GetNumberType(Parse(to)) is PhoneNumberType.PREMIUM_RATE or PhoneNumberType.SHARED_COST)
            return "Text messages are not sent to numbers that charge for it. Use another number.";
        return countries.Contains(MessageSettings.AnyCountry) || countries.Contains(CountryOf(to))
            ? null
            : "Text messages are not sent to numbers of this country. Use another number, or an email address.";
    }

    // It was valid when it became an identifier, and stays what it was: a number of E.164.
    private static PhoneNumber Parse(AccountIdentifier number) => Numbers.Parse(number.Value, defaultRegion: null);
}
