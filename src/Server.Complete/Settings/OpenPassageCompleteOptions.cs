namespace OpenPassage.Server;

/// <summary>
/// What can be configured of Complete for all its apps: <c>OpenPassage:PublicUrl</c> and the sections <c>OpenPassage:SigningKeys</c>,
/// <c>OpenPassage:Mail</c> and <c>OpenPassage:Sms</c>. Read once at start; a wrong value stops the start with a sentence that names the
/// setting.
/// </summary>
public sealed class OpenPassageCompleteOptions
{
    /// <summary>
    /// Where clients reach the server, such as <c>https://passkeys.example.com</c>: tokens name it as their issuer. Never taken from a
    /// request. Default: the console's origin and path, or <c>http://localhost:8420</c> where there is no console.
    /// </summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>How keys take turns.</summary>
    public SigningKeyOptions SigningKeys { get; } = new();

    /// <summary>How mail is sent.</summary>
    public MailOptions Mail { get; } = new();

    /// <summary>How text messages are sent.</summary>
    public SmsOptions Sms { get; } = new();
}

/// <summary>How the keys that tokens are signed with take turns.</summary>
public sealed class SigningKeyOptions
{
    /// <summary>How long a key is published before tokens are signed with it, and so how long each one signs. Default 30 days.</summary>
    public TimeSpan PublishedFor { get; set; } = TimeSpan.FromDays(30);
}
