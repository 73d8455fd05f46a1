namespace OpenPassage.Server;

/// <summary>What an app of the type <c>complete</c> has besides (<see cref="AppOptions"/>): <c>app.Complete</c>.</summary>
public sealed class CompleteAppOptions
{
    /// <summary>
    /// The origin of the pages that people sign in on, such as <c>https://www.example.com</c>. Default: the first origin.
    /// </summary>
    public string? AuthOrigin { get; set; }

    /// <summary>The path of the page with the login. Default <c>/</c>.</summary>
    public string LoginUrl { get; set; } = "/";

    /// <summary>Where people go once they are signed in: a path, or a URL on one of the app's origins. Default <c>/</c>.</summary>
    public string RedirectUrl { get; set; } = "/";

    /// <summary>By what people sign up: <c>email</c>, <c>phone</c> or <c>both</c>, which is either of them (default).</summary>
    public string AllowedIdentifier { get; set; } = "both";

    /// <summary>What an account must have: <c>email</c>, <c>phone</c>, <c>both</c>, or <c>either</c> of them (default).</summary>
    public string RequiredIdentifier { get; set; } = "either";

    /// <summary>Whether strangers may sign up. Default: true.</summary>
    public bool PublicSignup { get; set; } = true;

    /// <summary>
    /// Whether an account's address or number has to be proven before it gets a passkey, or signs in with one. Default: false.
    /// </summary>
    public bool RequireIdentifierVerification { get; set; }

    /// <summary>
    /// Whether a sign-in, and with codes or links on a sign-up too, tells nobody which accounts exist. Default: false.
    /// </summary>
    public bool HideAccounts { get; set; }

    /// <summary>
    /// The language of messages: <c>de</c>, <c>en</c> (default), <c>es</c>, <c>fr</c>, <c>it</c>, <c>pl</c>,
    /// <c>pt</c> or <c>zh</c>.
    /// </summary>
    public string DefaultLanguage { get; set; } = "en";

    /// <summary>By what people sign in.</summary>
    public MethodsOptions Methods { get; } = new();

    /// <summary>How long tokens and sessions are good.</summary>
    public SessionOptions Session { get; } = new();

    /// <summary>What an account says of its user.</summary>
    public IList<MetadataFieldOptions> UserMetadata { get; } = [];

    /// <summary>How Passage's elements look on light pages.</summary>
    public IList<ElementStyleOptions> ElementCustomization { get; } = [];

    /// <summary>How Passage's elements look on dark pages.</summary>
    public IList<ElementStyleOptions> ElementCustomizationDark { get; } = [];
}

/// <summary>By what people sign in to an app.</summary>
public sealed class MethodsOptions
{
    internal const string DeliverOnSameNetwork = "same_network";
    internal const string DeliverAlways = "always";
    internal const string DeliverNever = "never";

    /// <summary>Passkeys. Default: true.</summary>
    public bool Passkeys { get; set; } = true;

    /// <summary>One-time codes. Default: false.</summary>
    public bool Otp { get; set; }

    /// <summary>Links in messages. Default: false.</summary>
    public bool MagicLink { get; set; }

    /// <summary>How long a code is good. Default 5 minutes.</summary>
    public TimeSpan OtpTtl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a link is good. Default 5 minutes.</summary>
    public TimeSpan MagicLinkTtl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether the page that asked for a link is signed in once somebody has opened it: <c>same_network</c> (default), if it was opened on
    /// the page's own network; <c>always</c>, as Passage did it, where a mail scanner's click is enough; <c>never</c>.
    /// </summary>
    public string MagicLinkDelivery { get; set; } = DeliverOnSameNetwork;
}

/// <summary>How long an app's tokens and sessions are good.</summary>
public sealed class SessionOptions
{
    /// <summary>How long a token is good; 10 seconds and more. Default 10 minutes.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether sessions outlive their first token by refresh tokens. Default: true.</summary>
    public bool Refresh { get; set; } = true;

    /// <summary>When a session ends however much it is used. Default 30 days.</summary>
    public TimeSpan RefreshAbsolute { get; set; } = TimeSpan.FromDays(30);

    /// <summary>When a session ends that nobody uses. Default 7 days.</summary>
    public TimeSpan RefreshInactivity { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long the refresh token before is still answered with the same successor: 0 to 5 minutes. Default 30 seconds.</summary>
    public TimeSpan RefreshGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long ago a sign-in may be that adds or removes a passkey. Default 1 hour.</summary>
    public TimeSpan RecentSignIn { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>A field of what accounts say of their users.</summary>
public sealed class MetadataFieldOptions
{
    /// <summary>Its name in JSON: letters, digits and <c>_</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>string</c> (default), <c>boolean</c>, <c>integer</c>, <c>date</c>, <c>phone</c> or <c>email</c>.</summary>
    public string Type { get; set; } = "string";

    /// <summary>What people are shown. Default: the name.</summary>
    public string? FriendlyName { get; set; }

    /// <summary>Whether users may change it in their profile. Default: true.</summary>
    public bool Profile { get; set; } = true;

    /// <summary>Whether it is given at sign-up. Default: false.</summary>
    public bool Registration { get; set; }
}

/// <summary>One style of Passage's elements.</summary>
public sealed class ElementStyleOptions
{
    /// <summary>Such as <c>primary_button_background_color</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>A colour such as <c>#121212</c>, pixels, or a font.</summary>
    public string Value { get; set; } = "";
}

/// <summary>An app's settings of Complete.</summary>
public static class CompleteAppOptionsExtensions
{
    extension(AppOptions app)
    {
        /// <summary>What an app of the type <c>complete</c> has besides.</summary>
        public CompleteAppOptions Complete => app.Of<CompleteAppOptions>();
    }
}
