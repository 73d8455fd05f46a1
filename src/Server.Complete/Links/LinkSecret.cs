using System.Security.Cryptography;
using System.Text;

namespace OpenPassage.Server.Complete.Links;

/// <summary>What makes a link good: 192 random bits as 32 characters of base64url. The database has its hash alone.</summary>
internal sealed class LinkSecret
{
    /// <summary>In characters.</summary>
    public const int Length = 32;

    private const int Bytes = Length * 3 / 4;

    private LinkSecret(string text) => Text = text;

    /// <summary>As it stands in the URL.</summary>
    public string Text { get; }

    /// <summary>For looking at a message: it opens nothing.</summary>
    public static LinkSecret Sample { get; } = new("this-sample-link-opens-nothing--");

    public static LinkSecret New() => new(System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>What the database knows a secret by; null: a text that is none.</summary>
    public static byte[]? Hash(string text)
        => text.Length == Length && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? SHA256.HashData(Encoding.ASCII.GetBytes(text))
            : null;

    public byte[] Hash() => Hash(Text)!;

    /// <summary>Not the secret: texts of objects come to logs.</summary>
    public override string ToString() => "(a link's secret)";
}
