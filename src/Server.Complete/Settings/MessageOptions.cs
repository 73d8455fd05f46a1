namespace OpenPassage.Server;

/// <summary>How mail is sent: section <c>OpenPassage:Mail</c>.</summary>
public sealed class MailOptions
{
    /// <summary>
    /// The sender, such as <c>login@example.com</c> or <c>Example &lt;login@example.com&gt;</c>. Without a name, the app's is shown.
    /// Default: none; needed once there is an <see cref="SmtpOptions.Host"/>.
    /// </summary>
    public string From { get; set; } = "";

    /// <summary>The server that takes mail. Without one, mail is kept as files in <c>messages</c> in the data directory.</summary>
    public SmtpOptions Smtp { get; } = new();

    /// <summary>A directory with templates and texts to use in the place of ours. Default: none.</summary>
    public string? Templates { get; set; }

    /// <summary>How many mails an app may send in an hour; 0: any number. Default 5000.</summary>
    public int MostPerHour { get; set; } = 5000;
}

/// <summary>The server that takes mail: section <c>OpenPassage:Mail:Smtp</c>.</summary>
public sealed class SmtpOptions
{
    /// <summary>Its name or address. Default: none.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port. Default: 587 with <c>starttls</c>, 465 with <c>tls</c>, 25 with <c>none</c>.</summary>
    public int? Port { get; set; }

    /// <summary>
    /// <c>starttls</c> (default), <c>tls</c> or <c>none</c>. There is no fallback: a server that does not offer it gets no mail.
    /// </summary>
    public string Security { get; set; } = "starttls";

    /// <summary>The user to log in as. Default: none, and there is no login.</summary>
    public string User { get; set; } = "";

    /// <summary>The user's password.</summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// A file with certificates in PEM that the server's may lead to, in the place of those that the machine trusts. Default: none.
    /// </summary>
    public string? CertificateRoot { get; set; }

    /// <summary>How many connections a node opens at most; a quarter of them to one receiving domain. Default 16.</summary>
    public int Connections { get; set; } = 16;

    /// <summary>How long the server may take for each step. Default 30 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>How text messages are sent: section <c>OpenPassage:Sms</c>. Each is one HTTP request.</summary>
public sealed class SmsOptions
{
    /// <summary>
    /// Where the request goes, with POST. It may hold <c>{{ to }}</c>, <c>{{ from }}</c> and <c>{{ text }}</c>. Default: none, and there
    /// are no text messages; or Twilio's, where <see cref="TwilioOptions.AccountSid"/> is set.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>
    /// Headers of the request. The body's type is <c>Content-Type</c>; without it, JSON where the body begins with <c>{</c>, else a form.
    /// </summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The body, with <c>{{ to }}</c>, <c>{{ from }}</c> and <c>{{ text }}</c>, which are written as its type demands.
    /// </summary>
    public string Body { get; set; } = "";

    /// <summary>The sender, as the provider wants it.</summary>
    public string From { get; set; } = "";

    /// <summary>
    /// The countries whose numbers get messages, as ISO 3166 has them (<c>DE</c>), or <c>*</c> for all. Default: none; needed to send any.
    /// </summary>
    public IList<string> Countries { get; } = [];

    /// <summary>How many text messages an app may send in an hour; 0: any number. Default 1000.</summary>
    public int MostPerHour { get; set; } = 1000;

    /// <summary>Twilio as the provider.</summary>
    public TwilioOptions Twilio { get; } = new();

    internal bool IsOn => Url.Length > 0 || Twilio.AccountSid.Length > 0;
}

/// <summary>Twilio as the provider of text messages: section <c>OpenPassage:Sms:Twilio</c>.</summary>
public sealed class TwilioOptions
{
    /// <summary>The account, <c>AC</c> and 32 digits. Default: none.</summary>
    public string AccountSid { get; set; } = "";

    /// <summary>Its secret.</summary>
    public string AuthToken { get; set; } = "";
}
