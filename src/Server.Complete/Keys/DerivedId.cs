using System.Security.Cryptography;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Complete.Keys;

/// <summary>Ids that look like any other and are made of bytes, always the same of the same.</summary>
internal static class DerivedId
{
    /// <param name="bytes">32 bytes that nobody can foresee.</param>
    public static string Of(byte[] bytes) => string.Create(Ids.Length, bytes, static (id, bytes) =>
    {
        // 32 bytes are plenty for 24 letters: each byte below 248 is one of four times 62, without a bias.
        var (next, made) = (0, 0);
        while (made < id.Length)
        {
            if (next == bytes.Length)
                (bytes, next) = (SHA256.HashData(bytes), 0);
            if (bytes[next++] is < 248 and var one)
                id[made++] = Ids.LettersAndDigits[one % Ids.LettersAndDigits.Length];
        }
    });
}
