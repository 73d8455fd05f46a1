using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenPassage.Server.Events;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn.Attestation;

namespace OpenPassage.Server.Devices;

/// <summary>How ids and words stand in the database.</summary>
internal static class Names
{
    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // In the order of bytes, and of every language too.
    private const string Growing = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const int GrowingDigits = 6;

    /// <summary>How many ids in a row begin alike: a page of an index holds about as many.</summary>
    private const int Together = 64;

    private static long made = (long)RandomNumberGenerator.GetInt32(int.MaxValue) * Together;

    /// <summary>24 letters and digits: 142 random bits.</summary>
    public static string NewId() => RandomNumberGenerator.GetString(LettersAndDigits, 24);

    /// <summary>
    /// 24 letters and digits for what is written at every sign-in: 6 that grow from one to the next, from a random start in each
    /// process, and 107 random bits. So ids that are written together stand together in their index (see <see cref="TicketId"/>).
    /// </summary>
    public static string NextId() => string.Create(24, Interlocked.Increment(ref made) / Together, static (id, number) =>
    {
        for (var digit = GrowingDigits - 1; digit >= 0; digit--, number /= Growing.Length)
            id[digit] = Growing[(int)(number % Growing.Length)];
        RandomNumberGenerator.GetItems(LettersAndDigits, id[GrowingDigits..]);
    });

    public static string Of(UserStatus status) => status switch
    {
        UserStatus.Active => "active",
        UserStatus.Inactive => "inactive",
        UserStatus.Pending => "pending",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    public static UserStatus ToStatus(string word) => word switch
    {
        "active" => UserStatus.Active,
        "inactive" => UserStatus.Inactive,
        "pending" => UserStatus.Pending,
        _ => throw new UnreachableException(),
    };

    public static string Of(DeviceType type) => type switch
    {
        DeviceType.Passkey => "passkey",
        DeviceType.SecurityKey => "security_key",
        DeviceType.Platform => "platform",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static DeviceType ToDeviceType(string word) => word switch
    {
        "passkey" => DeviceType.Passkey,
        "security_key" => DeviceType.SecurityKey,
        "platform" => DeviceType.Platform,
        _ => throw new UnreachableException(),
    };

    public static string Of(TrustLevel trust) => trust switch
    {
        TrustLevel.None => "none",
        TrustLevel.Self => "self",
        TrustLevel.Untrusted => "untrusted",
        TrustLevel.Anchored => "anchored",
        _ => throw new ArgumentOutOfRangeException(nameof(trust)),
    };

    public static EventAction ToAction(string word) => word switch
    {
        "register" => EventAction.Register,
        "login" => EventAction.Login,
        _ => EventAction.Other,
    };

    public static string OfList(IEnumerable<string> words) => JsonSerializer.Serialize([.. words], NamesJson.Default.StringArray);

    public static string[] ToList(string json) => JsonSerializer.Deserialize(json, NamesJson.Default.StringArray) ?? [];

    /// <summary>What a stranger sent, cut to a length that a row may have, and not in the middle of a character.</summary>
    public static string Cut(string text, int most = 512)
        => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}

[JsonSerializable(typeof(string[]))]
internal sealed partial class NamesJson : JsonSerializerContext;
