using System.Buffers.Text;
using System.Xml;

namespace OpenPassage.WebAuthn.Metadata;

/// <summary>
/// The picture in a metadata statement (FIDO Metadata Statement, <c>icon</c>), checked so that a page may show it as it is: of the
/// kind it says it is, of bounded size, and, if it is an SVG, one that only draws.
/// </summary>
internal static class ModelIcon
{
    /// <summary>Of the URL, in characters. Some makers send 50 KiB; a list of devices shows several.</summary>
    public const int MaxLength = 128 * 1024;

    private const string Svg = "data:image/svg+xml;base64,";

    private static readonly (string Prefix, byte[] Begins)[] Pictures =
    [
        ("data:image/png;base64,", [0x89, .. "PNG\r\n\x1A\n"u8]),
        ("data:image/jpeg;base64,", [0xFF, 0xD8, 0xFF]),
    ];

    /// <summary>The same URL; null when it is not a picture.</summary>
    public static string? Read(string? url)
    {
        if (url is null || url.Length > MaxLength)
            return null;
        if (url.StartsWith(Svg, StringComparison.Ordinal))
            return Decode(url, Svg) is { } svg && OnlyDraws(svg) ? url : null;
        foreach (var (prefix, begins) in Pictures)
        {
            if (url.StartsWith(prefix, StringComparison.Ordinal))
                return Decode(url, prefix) is { } picture && picture.AsSpan().StartsWith(begins) ? url : null;
        }

        return null;
    }

    private static byte[]? Decode(string url, string prefix)
    {
        var base64 = url.AsSpan(prefix.Length);
        // Convert alone would skip blanks and line breaks.
        return Base64.IsValid(base64) && !base64.ContainsAny(" \t\r\n") ? Convert.FromBase64String(url[prefix.Length..]) : null;
    }

    // As an image, SVG runs no script in any browser; but whoever gets the URL may use it elsewhere.
    private static bool OnlyDraws(byte[] svg)
    {
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };
            using var reader = XmlReader.Create(new MemoryStream(svg), settings);
            var drawing = false;
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.ProcessingInstruction)
                    return false;
                if (reader.NodeType != XmlNodeType.Element)
                    continue;
                if ((!drawing && reader.LocalName != "svg") || IsActive(reader))
                    return false;
                drawing = true;
            }

            return drawing;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static bool IsActive(XmlReader reader)
    {
        if (reader.LocalName.ToUpperInvariant()
            is "SCRIPT" or "FOREIGNOBJECT" or "IFRAME" or "EMBED" or "OBJECT" or "A" or "HANDLER" or "LISTENER")
            return true;
        while (reader.MoveToNextAttribute())
        {
            if (reader.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase))
                return true;
            // Allowed: a part of itself, or a picture inside it.
            if (reader.LocalName == "href"
                && !reader.Value.StartsWith('#')
                && !Pictures.Any(picture => reader.Value.StartsWith(picture.Prefix, StringComparison.Ordinal)))
                return true;
        }

        reader.MoveToElement();
        return false;
    }
}
