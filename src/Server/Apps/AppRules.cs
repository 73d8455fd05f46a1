using System.Buffers;
using System.Text;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Apps;

/// <summary>What an app must be. What is wrong is told as a predicate: the setting's name is its subject.</summary>
internal static class AppRules
{
    public const int MinApiKeyLength = 20;
    public const int MinAdminKeyLength = 32;

    private const int MinDifferentCharacters = 8;
    private const int AndroidHashLength = 43;
    private const int MaxIdLength = 64;
    private const string ExtensionPrefix = "chrome-extension://";
    private const int ExtensionIdLength = 32;

    private static readonly SearchValues<char> Base64UrlCharacters = SearchValues.Create(Ids.LettersAndDigits + "-_");

    /// <summary>What is wrong with an app's id and its keys, which are no settings.</summary>
    public static IEnumerable<Complaint> Broken(AppOptions app)
    {
        var whole = new SettingPath("");
        Complaint?[] complaints =
        [
            app.Id.Length is 0 or > MaxIdLength || app.Id.AsSpan().ContainsAnyExcept(Base64UrlCharacters)
                ? new(whole.In(nameof(app.Id)), $"is '{app.Id}' and should be 1 to {MaxIdLength} letters, digits, '-' and '_'.")
                : null,
            .. app.ApiKeys.Select((key, i) =>
                BrokenKey(key) is { } predicate ? new Complaint(whole.In(nameof(app.ApiKeys)).At(i), predicate) : null),
        ];
        return complaints.OfType<Complaint>();
    }

    // PostgreSQL keeps no U+0000 in a text.
    public static string? BrokenText(string text)
        => text.Length > GivenText.MaxLength || text.Contains('\0', StringComparison.Ordinal)
            ? $"is longer than {GivenText.MaxLength} characters, or contains the character U+0000."
            : null;

    /// <summary>What is wrong with an RP ID: a predicate, or null.</summary>
    public static string? BrokenRpId(string rpId)
    {
        if (Domain.ToAscii(rpId) is not { } domain)
        {
            if (Domain.ToOrigin($"https://{rpId}") is var (_, host) && Domain.IsLoopback(host))
                return $"is '{rpId}', and passkeys do not work with IP addresses: use localhost.";
            return IsWrittenBeyondAscii(rpId)
                ? $"is '{rpId}', which browsers do not accept as a domain: it has characters that are not allowed in a name, "
                    + "or invalid Punycode."
                : $"is '{rpId}' and should be a domain such as example.com, without scheme, port or path.";
        }

        if (rpId.Any(char.IsAsciiLetterUpper))
            return $"is '{rpId}' and should be in lower case: {domain}.";
        if (!Domain.IsAsWritten(rpId))
            return $"is '{rpId}' and should be written as browsers write it: {domain}.";
        return PublicSuffixes.Contains(domain)
            ? $"is '{rpId}', a public suffix that unrelated sites share, and should be a domain of your own, such as example.{domain}."
            : null;
    }

    private static bool IsWrittenBeyondAscii(string name)
        => !Ascii.IsValid(name) || name.Contains("xn--", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is wrong with an origin as one of an app's own: a predicate, or null.</summary>
    public static string? BrokenOrigin(string text, string rpId)
    {
        if (text.StartsWith("android:", StringComparison.Ordinal))
        {
            return AndroidApp.FingerprintOf(text) is not null
                ? null
                : $"is '{text}' and should be {AndroidApp.OriginPrefix} with the {AndroidHashLength} base64url characters of the signing "
                    + "certificate's SHA-256.";
        }

        // Extensions use passkeys of the domains that they may read, and sign for an origin of their own.
        if (text.StartsWith(ExtensionPrefix, StringComparison.Ordinal))
        {
            var id = text[ExtensionPrefix.Length..];
            return id.Length == ExtensionIdLength && id.All(character => character is >= 'a' and <= 'p')
                ? null
                : $"is '{text}' and should be {ExtensionPrefix} with the extension's id: {ExtensionIdLength} letters from a to p.";
        }

        return BrokenWebOrigin(text, rpId, out var host)
            ?? (Domain.Covers(rpId, host)
                ? null
                : $"is '{text}' and should be on {rpId}, the RpId, or on a domain inside it. Origins on other domains belong in "
                    + "RelatedOrigins.");
    }

    /// <summary>What is wrong with an origin of pages, wherever it lies: a predicate, or null.</summary>
    public static string? BrokenWebOrigin(string text, string rpId, out string host)
    {
        host = "";
        if (Domain.ToOrigin(text) is not var (origin, named))
            return $"is '{text}' and should be an origin such as https://{rpId}.";
        host = named;
        if (Domain.IsLoopback(host))
            return $"is '{text}', and passkeys do not work with IP addresses: "
                + $"use {origin.Replace(host, Domain.Localhost, StringComparison.Ordinal)}.";
        if (Domain.ToAscii(host) is null)
            return $"is '{text}' and should name a domain, such as https://{rpId}.";
        if (!Domain.IsOriginAsWritten(text))
            return $"is '{text}' and should be written as browsers send it: {origin}.";
        return origin.StartsWith("http:", StringComparison.Ordinal) && !Domain.IsLocalhost(host)
            ? $"is '{text}' and should begin with https: passkeys work over http on localhost only."
            : null;
    }

    /// <summary>What is wrong with a key for an Authorization header: a predicate, without the key itself, or null.</summary>
    public static string? BrokenKey(string key, int minLength = MinApiKeyLength)
    {
        if (key.Length < minLength)
            return $"has {key.Length} characters and should have {minLength} or more: make one with 'openssl rand -base64 32'.";
        if (key.Any(character => character is <= ' ' or > '~'))
            return "has a space or a character that is not printable ASCII, which an Authorization header cannot carry: "
                + "use letters and digits.";
        return IsWeak(key)
            ? "can be guessed: it has few different characters, or repeats itself. Make one with 'openssl rand -base64 32'."
            : null;
    }

    // Long enough and still no secret: a word that was repeated until it was long enough, or a key held down.
    private static bool IsWeak(string key)
        => key.Distinct().Count() < MinDifferentCharacters
            || Enumerable.Range(1, key.Length / 2).Any(length => key.AsSpan(length).SequenceEqual(key.AsSpan(0, key.Length - length)));
}
