using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using MimeKit;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;
using PhoneNumbers;

namespace OpenPassage.Server.Complete.Settings;

/// <summary>Reads how messages are sent, and tells what is wrong with it.</summary>
internal static class MessageSettings
{
    public const string AnyCountry = "*";

    private const string Mail = nameof(OpenPassageCompleteOptions.Mail);
    private const string MailServer = $"{Mail}:{nameof(MailOptions.Smtp)}";
    private const string Sms = nameof(OpenPassageCompleteOptions.Sms);
    private const string Twilio = $"{Sms}:{nameof(SmsOptions.Twilio)}";
    private const int MostConnections = 256;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly string[] Securities = ["starttls", "tls", "none"];

    public static void Configure(IConfiguration section, SettingsReader settings, OpenPassageCompleteOptions options)
    {
        var (mail, smtp, sms) = (options.Mail, options.Mail.Smtp, options.Sms);
        mail.From = settings.Text($"{Mail}:{nameof(mail.From)}", mail.From);
        mail.Templates = settings.File($"{Mail}:{nameof(mail.Templates)}", mail.Templates);
        mail.MostPerHour = settings.Limit($"{Mail}:{nameof(mail.MostPerHour)}", mail.MostPerHour);
        smtp.Host = settings.Text($"{MailServer}:{nameof(smtp.Host)}", smtp.Host);
        var port = $"{MailServer}:{nameof(smtp.Port)}";
        smtp.Port = section[port] is null ? smtp.Port : settings.Limit(port, unset: 0) is > 0 and var number ? number : null;
        smtp.Security = settings.Text($"{MailServer}:{nameof(smtp.Security)}", smtp.Security);
        smtp.User = settings.Text($"{MailServer}:{nameof(smtp.User)}", smtp.User);
        smtp.Password = settings.Text($"{MailServer}:{nameof(smtp.Password)}", smtp.Password);
        smtp.CertificateRoot = settings.File($"{MailServer}:{nameof(smtp.CertificateRoot)}", smtp.CertificateRoot);
        smtp.Connections = settings.Limit($"{MailServer}:{nameof(smtp.Connections)}", smtp.Connections);
        smtp.Timeout = settings.Lifetime($"{MailServer}:{nameof(smtp.Timeout)}", smtp.Timeout);

        sms.Url = settings.Text($"{Sms}:{nameof(sms.Url)}", sms.Url);
        sms.Body = settings.Text($"{Sms}:{nameof(sms.Body)}", sms.Body);
        sms.From = settings.Text($"{Sms}:{nameof(sms.From)}", sms.From);
        sms.MostPerHour = settings.Limit($"{Sms}:{nameof(sms.MostPerHour)}", sms.MostPerHour);
        settings.Add($"{Sms}:{nameof(sms.Countries)}", sms.Countries);
        foreach (var header in section.GetSection($"{Sms}:{nameof(sms.Headers)}").GetChildren())
            sms.Headers[header.Key] = header.Value ?? "";
        sms.Twilio.AccountSid = settings.Text($"{Twilio}:{nameof(sms.Twilio.AccountSid)}", sms.Twilio.AccountSid);
        sms.Twilio.AuthToken = settings.Text($"{Twilio}:{nameof(sms.Twilio.AuthToken)}", sms.Twilio.AuthToken);
    }

    /// <summary>A sentence for every rule that is broken.</summary>
    public static IEnumerable<string?> Broken(OpenPassageCompleteOptions options)
    {
        var (mail, smtp, sms) = (options.Mail, options.Mail.Smtp, options.Sms);
        return
        [
            BrokenSender(mail),
            mail.Templates is null || Directory.Exists(mail.Templates)
                ? null
                : Wrong($"{Mail}:{nameof(mail.Templates)}", $"names {mail.Templates}, and there is no such directory."),
            smtp.Port is null or (> 0 and < 65536)
                ? null
                : Wrong($"{MailServer}:{nameof(smtp.Port)}", $"is {smtp.Port} and should be from 1 to 65535."),
            BrokenSecurity(smtp),
            smtp.CertificateRoot is null || File.Exists(smtp.CertificateRoot)
                ? null
                : Wrong($"{MailServer}:{nameof(smtp.CertificateRoot)}", $"names {smtp.CertificateRoot}, and there is no such file."),
            smtp.Connections is >= 1 and <= MostConnections
                ? null
                : Wrong($"{MailServer}:{nameof(smtp.Connections)}", $"is {smtp.Connections} and should be from 1 to {MostConnections}."),
            smtp.Timeout >= Shortest && smtp.Timeout <= Longest
                ? null
                : Wrong($"{MailServer}:{nameof(smtp.Timeout)}", $"is {smtp.Timeout:c} and should be from {Shortest:c} to {Longest:c}."),
            .. sms.IsOn ? BrokenSms(sms) : [],
        ];
    }

    private static string? BrokenSender(MailOptions mail)
    {
        const string Setting = $"{Mail}:{nameof(mail.From)}";
        if (mail.From.Length == 0)
        {
            return mail.Smtp.Host.Length == 0
                ? null
                : Wrong(Setting, "is missing: the address that mail is sent from, such as login@example.com.");
        }

        return IsSender(mail.From)
            ? null
            : Wrong(Setting, $"is '{mail.From}' and should be an address such as login@example.com, or Example <login@example.com>.");
    }

    // By itself: what calls into a library reads it in, at every start.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsSender(string from)
        => MailboxAddress.TryParse(from, out var sender) && sender.Address.Contains('@', StringComparison.Ordinal);

    private static string? BrokenSecurity(SmtpOptions smtp)
    {
        const string Setting = $"{MailServer}:{nameof(smtp.Security)}";
        if (!Securities.Contains(smtp.Security))
            return Wrong(Setting, $"is '{smtp.Security}' and should be starttls, tls or none.");
        return smtp is { Security: "none", User.Length: > 0 } && !Domain.IsLocalhost(smtp.Host) && smtp.Host is not ("127.0.0.1" or "::1")
            ? Wrong(Setting, "is none, and the password would go over the network for everybody to read: set starttls or tls.")
            : null;
    }

    private static IEnumerable<string?> BrokenSms(SmsOptions sms) =>
    [
        sms.Url.Length == 0 || Uri.TryCreate(sms.Url, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
            ? null
            : Wrong($"{Sms}:{nameof(sms.Url)}", $"is '{sms.Url}' and should be a URL such as https://sms.example.com/send."),
        sms.Twilio.AccountSid.Length > 0 && (sms.Twilio.AuthToken.Length == 0 || sms.From.Length == 0)
            ? Wrong(
                Twilio,
                $"needs {nameof(sms.Twilio.AuthToken)} as well, and {Sms}:{nameof(sms.From)}: a number or messaging service of yours.")
            : null,
        sms.Twilio.AccountSid.Length == 0 && !$"{sms.Url}{sms.Body}".Contains("text", StringComparison.Ordinal)
            ? Wrong(
                $"{Sms}:{nameof(sms.Body)}",
                "should hold {{ to }} and {{ text }}, such as {\"to\":\"{{ to }}\",\"text\":\"{{ text }}\"}.")
            : null,
        sms.Countries.Count > 0
            ? null
            : Wrong(
                $"{Sms}:{nameof(sms.Countries)}",
                "is missing: the countries whose numbers get messages, such as DE and AT, or * for all. Messages cost money, and "
                    + "strangers ask for them."),
        .. sms.Countries.Select((country, place) => IsCountry(country)
            ? null
            : Wrong($"{Sms}:{nameof(sms.Countries)}:{place}", $"is '{country}' and should be a country such as DE, or *.")),
    ];

    private static bool IsCountry(string word)
        => word == AnyCountry || PhoneNumberUtil.GetInstance().GetSupportedRegions().Contains(word.ToUpperInvariant());

    private static string Wrong(string setting, string predicate) => WrongSetting.Sentence(setting, predicate);
}
