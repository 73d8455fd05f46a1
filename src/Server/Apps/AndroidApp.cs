using System.Buffers.Text;

namespace OpenPassage.Server.Apps;

/// <summary>An Android app, and the certificates it is signed with.</summary>
/// <param name="Package">The package's name.</param>
/// <param name="Fingerprints">Each certificate's SHA-256 as asset links write it: <c>14:6D:E9:…</c>.</param>
internal sealed record AndroidApp(string Package, IReadOnlyList<string> Fingerprints)
{
    public const string OriginPrefix = "android:apk-key-hash:";

    private const int Sha256Length = 32;

    /// <summary>The origins that Android writes into client data for it.</summary>
    public IEnumerable<string> Origins
        => Fingerprints.Select(fingerprint => OriginPrefix + Base64Url.EncodeToString(BytesOf(fingerprint)!));

    /// <summary>As asset links write it; null when it is no SHA-256 in hexadecimal.</summary>
    public static string? ToFingerprint(string text) => BytesOf(text) is { } bytes ? ToFingerprint(bytes) : null;

    /// <summary>Whether an origin is one that Android writes into client data, and no page's.</summary>
    public static bool IsOrigin(string origin) => origin.StartsWith(OriginPrefix, StringComparison.Ordinal);

    /// <summary>The fingerprint of the certificate that an origin is made of; null when the text is no such origin.</summary>
    public static string? FingerprintOf(string origin)
    {
        if (!IsOrigin(origin))
            return null;
        var hash = origin.AsSpan(OriginPrefix.Length);
        return Base64Url.IsValid(hash, out var length) && length == Sha256Length && !hash.Contains('=')
            ? ToFingerprint(Base64Url.DecodeFromChars(hash))
            : null;
    }

    private static string ToFingerprint(byte[] hash) => string.Join(':', hash.Select(value => value.ToString("X2")));

    private static byte[]? BytesOf(string text)
    {
        var hex = text.Length == (3 * Sha256Length) - 1 && text.Where((_, i) => i % 3 == 2).All(character => character == ':')
            ? string.Concat(text.Where((_, i) => i % 3 != 2))
            : text;
        return hex.Length == 2 * Sha256Length && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;
    }
}
