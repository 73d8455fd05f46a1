using OpenPassage.Server;
using OpenPassage.Server.Complete.Messages;

namespace OpenPassage.Host.Doctor;

/// <summary>
/// Whether mail goes out: the server in the settings is connected to, with TLS and login as for a message. Nothing is sent.
/// </summary>
internal static class MailCheck
{
    public static async Task<Findings> LookAsync(
        OpenPassageCompleteOptions options, IReadOnlyList<AppOptions> apps, Network? network)
    {
        var findings = new Findings("mail");
        var needed = apps.FirstOrDefault(app => app.Type == "complete" && (app.Complete.Methods.Otp || app.Complete.Methods.MagicLink));
        var smtp = options.Mail.Smtp;
        if (smtp.Host.Length == 0)
        {
            if (needed is not null)
                findings.Warn(
                    $"App {needed.Id} sends codes or links, and there is no mail server: mail is kept as files in the data directory.",
                    "Set OpenPassage:Mail:Smtp:Host and OpenPassage:Mail:From.");
            return findings;
        }

        if (network is not null)
            await ConnectAsync(findings, smtp, network);
        if (smtp.Security == Smtp.None)
            findings.Warn(
                $"Mail goes to {smtp.Host} without encryption: whoever sees the network there can read codes and links.",
                "Set OpenPassage:Mail:Smtp:Security to starttls or tls, unless the mail server is on this machine.");
        return findings;
    }

    private static async Task ConnectAsync(Findings findings, SmtpOptions smtp, Network network)
    {
        var place = $"{smtp.Host}:{Smtp.PortOf(smtp)}";
        using var patience = network.Patience();
        try
        {
            using var client = await Smtp.ConnectAsync(smtp, patience.Token);
            await client.DisconnectAsync(quit: true, patience.Token);
            findings.Ok($"The mail server at {place} takes connections{(smtp.User.Length > 0 ? " and the login" : "")}.");
        }
#pragma warning disable CA1031 // Whatever it is, mail does not go out, and the others should be checked too.
        catch (Exception e)
#pragma warning restore CA1031
        {
            findings.Wrong($"No mail goes out by {place}: {Smtp.Explain(e)}", Advice(e));
        }
    }

    private static string Advice(Exception e) => e switch
    {
        MailKit.Security.AuthenticationException => "Check OpenPassage:Mail:Smtp:User and Password.",
        MailKit.Security.SslHandshakeException =>
            "Use the name that is in its certificate as OpenPassage:Mail:Smtp:Host. Port 465 is for tls, 587 for starttls. If its "
                + "certificate is from an authority of your own, set OpenPassage:Mail:Smtp:CertificateRoot.",
        NotSupportedException => "Set OpenPassage:Mail:Smtp:Security to tls with port 465, or leave out user and password.",
        _ => "Check OpenPassage:Mail:Smtp:Host and Port, and that no firewall is between.",
    };
}
