using System.Buffers.Text;
using System.Text;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>
/// The texts in which clients hand one user handle back. Browsers send base64url of the bytes they were given. Passage's native
/// clients kept the text of <c>user.id</c> itself instead of the bytes it stands for, and send handles as text: so a passkey
/// that syncs between the two kinds may come with any of four texts.
/// </summary>
internal static class UserHandleForms
{
    /// <summary>Whether the text a client sent names this handle.</summary>
    public static bool Name(UserHandle handle, string text)
    {
        var sent = handle.ToString();
        return Is(text, sent) // made and used in browsers, or made and used natively
            || text == Encoding.UTF8.GetString(handle.Bytes) // made in a browser, used natively
            || Is(text, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(sent))); // made natively, used in a browser
    }

    // Some clients pad what they encode.
    private static bool Is(string text, string base64Url)
        => text == base64Url || text == base64Url + new string('=', (4 - (base64Url.Length % 4)) % 4);
}
