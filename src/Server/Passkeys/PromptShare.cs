using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Passkeys;

/// <summary>Which users an app asks for a passkey, where it asks some of them and compares.</summary>
internal static class PromptShare
{
    /// <summary>The same for a user every time; raising the share leaves everybody in who was in.</summary>
    public static bool Has(App app, string userId)
        => app.PromptShare >= 100 || (app.PromptShare > 0 && PlaceOf(app, userId) < app.PromptShare);

    /// <summary>Null: everybody is asked, or nobody, and there is nothing to compare.</summary>
    public static bool? GroupOf(App app, string userId) => app.PromptShare is > 0 and < 100 ? Has(app, userId) : null;

    private static uint PlaceOf(App app, string userId)
        => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{app.Id.Value}\0{userId}"))) % 100;
}
