using System.Security.Cryptography;

namespace OpenPassage.Server.Values;

/// <summary>New ids: 24 letters and digits.</summary>
internal static class Ids
{
    /// <summary>What ids are made of: base 62.</summary>
    public const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public const int Length = 24;

    // In the order of bytes, and of every language too.
    private const string Growing = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const int GrowingDigits = 6;

    /// <summary>How many ids in a row begin alike: a page of an index holds about as many.</summary>
    private const int Together = 64;

    private static long made = (long)RandomNumberGenerator.GetInt32(int.MaxValue) * Together;

    /// <summary>142 random bits.</summary>
    public static string New() => RandomNumberGenerator.GetString(LettersAndDigits, Length);

    /// <summary>
    /// For what is written at every sign-in: 6 characters that grow from one id to the next, from a random start in each process, and
    /// 107 random bits. So ids that are written together stand together in their index, as those of tickets do.
    /// </summary>
    public static string Next() => string.Create(Length, Interlocked.Increment(ref made) / Together, static (id, number) =>
    {
        for (var digit = GrowingDigits - 1; digit >= 0; digit--, number /= Growing.Length)
            id[digit] = Growing[(int)(number % Growing.Length)];
        RandomNumberGenerator.GetItems(LettersAndDigits, id[GrowingDigits..]);
    });
}
