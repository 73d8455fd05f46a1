using Microsoft.Extensions.Configuration;
using OpenPassage.Server.Complete.Settings;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>A wrong setting of mail or text messages stops the start with a sentence.</summary>
public sealed class MessageSettingsTests
{
    [Theory]
    [InlineData("OpenPassage:Mail:From is missing", "Mail:Smtp:Host=mail.example.com")]
    [InlineData("OpenPassage:Mail:From is 'nobody'", "Mail:From=nobody")]
    [InlineData("OpenPassage:Mail:From is 'a@b.example, c@d.example'", "Mail:From=a@b.example, c@d.example")]
    [InlineData("OpenPassage:Mail:Smtp:Security is 'ssl'", "Mail:Smtp:Security=ssl")]
    [InlineData(
        "OpenPassage:Mail:Smtp:Security is none", "Mail:Smtp:Security=none", "Mail:Smtp:User=relay", "Mail:Smtp:Host=mail.example.com",
        "Mail:From=a@b.example")]
    [InlineData("OpenPassage:Mail:Smtp:Port is 70000", "Mail:Smtp:Port=70000")]
    [InlineData("OpenPassage:Mail:Smtp:Port is 'smtp'", "Mail:Smtp:Port=smtp")]
    [InlineData("OpenPassage:Mail:Smtp:Connections is 0", "Mail:Smtp:Connections=0")]
    [InlineData("OpenPassage:Mail:Smtp:Timeout is 01:00:00", "Mail:Smtp:Timeout=01:00:00")]
    [InlineData("OpenPassage:Mail:Smtp:CertificateRoot names /nowhere.pem", "Mail:Smtp:CertificateRoot=/nowhere.pem")]
    [InlineData("OpenPassage:Mail:Templates names /nowhere", "Mail:Templates=/nowhere")]
    [InlineData("OpenPassage:Sms:Url is 'ftp://sms.example.com'", "Sms:Url=ftp://sms.example.com", "Sms:Body={{ text }}")]
    [InlineData("OpenPassage:Sms:Body should hold", "Sms:Url=https://sms.example.com", "Sms:Countries:0=*")]
    [InlineData("OpenPassage:Sms:Countries is missing", "Sms:Url=https://sms.example.com", "Sms:Body={{ text }}")]
    [InlineData(
        "OpenPassage:Sms:Countries:1 is 'Germany'", "Sms:Url=https://sms.example.com", "Sms:Body={{ text }}", "Sms:Countries:0=de",
        "Sms:Countries:1=Germany")]
    [InlineData("OpenPassage:Sms:Twilio needs AuthToken", "Sms:Twilio:AccountSid=AC1", "Sms:Countries:0=*")]
    public void It_is_named_and_what_is_right_is_said(string sentence, params string[] settings)
        => Assert.Contains(Broken(settings), broken => broken.StartsWith(sentence, StringComparison.Ordinal));

    [Theory]
    [InlineData]
    [InlineData("Mail:From=Example <login@example.com>", "Mail:Smtp:Host=mail.example.com", "Mail:Smtp:User=a", "Mail:Smtp:Password=b")]
    [InlineData("Mail:From=login@example.com", "Mail:Smtp:Host=127.0.0.1", "Mail:Smtp:Security=none", "Mail:Smtp:User=a")]
    [InlineData("Sms:Twilio:AccountSid=AC1", "Sms:Twilio:AuthToken=secret", "Sms:From=+14155550100", "Sms:Countries:0=us")]
    [InlineData("Sms:Url=https://sms.example.com/send?to={{ to }}&text={{ text }}", "Sms:Countries:0=*")]
    public void Good_ones_are_taken(params string[] settings) => Assert.Equal([], Broken(settings));

    private static List<string> Broken(string[] settings)
    {
        var (options, wrong) = (new OpenPassageCompleteOptions(), new List<string>());
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection(settings
                .Select(setting => setting.Split('=', 2))
                .Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])))
            .Build();
        new ServerSettings(section, wrong).Configure(options);
        return [.. wrong, .. ServerSettings.Broken(options)];
    }
}
