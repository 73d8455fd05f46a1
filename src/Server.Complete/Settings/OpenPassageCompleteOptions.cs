namespace OpenPassage.Server;

/// <summary>
/// What can be configured of Complete for all its apps: <c>OpenPassage:PublicUrl</c> and the sections <c>OpenPassage:SigningKeys</c>,
/// <c>OpenPassage:Mail</c>, <c>OpenPassage:Sms</c> and <c>OpenPassage:Codes</c>. Read once at start; a wrong value stops the start with a
/// sentence that names the setting.
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

    /// <summary>How often somebody may guess at one-time codes.</summary>
    public CodeOptions Codes { get; } = new();
}

/// <summary>
/// How often somebody may guess at one-time codes: section <c>OpenPassage:Codes</c>. A code takes 5 guesses, and an address or a number 25
/// wrong ones a day; these limits are for those who guess at many.
/// </summary>
public sealed class CodeOptions
{
    /// <summary>
    /// How many wrong codes an app takes in an hour; 0: any number. After that, codes are taken only from networks that have signed their
    /// user in before. Default 2000.
    /// </summary>
    public int WrongPerHour { get; set; } = 2000;

    /// <summary>How many wrong codes one network may enter for an app in an hour; 0: any number. Default 1000.</summary>
    public int WrongPerNetworkAndHour { get; set; } = 1000;
}

/// <summary>How the keys that tokens are signed with take turns.</summary>
public sealed class SigningKeyOptions
{
    /// <summary>How long a key is published before tokens are signed with it, and so how long each one signs. Default 30 days.</summary>
    public TimeSpan PublishedFor { get; set; } = TimeSpan.FromDays(30);
}
