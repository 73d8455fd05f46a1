using System.Xml;
using System.Xml.Linq;
using Microsoft.Extensions.Options;
using OpenPassage.Server;
using OpenPassage.Server.Sealing;

namespace OpenPassage.Host.Doctor;

/// <summary>
/// The keys that tickets are sealed with: there, wrapped or not, and readable with the certificate that the settings name.
/// </summary>
internal static class KeysCheck
{
    public static Findings Look(OpenPassageOptions options, IReadOnlyList<string>? rows)
    {
        var findings = new Findings("keys");
        try
        {
            using var certificate = TicketKeys.Read(options.KeyCertificate);
            var keys = TicketKeyExamination.Of(
                rows is null ? TicketKeyExamination.Files(options) : [.. rows.Select(XElement.Parse)], certificate);
            if (keys.Keys == 0)
                findings.Ok("There are none yet; the first start creates one.");
            else if (keys.Unreadable > 0)
                findings.Wrong(
                    $"{keys.Unreadable} of {keys.Keys} sealing keys cannot be read"
                        + (certificate is null
                            ? ", and OpenPassage:KeyCertificate names no certificate."
                            : " with the certificate that OpenPassage:KeyCertificate names."),
                    "Set OpenPassage:KeyCertificate to the certificate that they were encrypted with. Every node needs the same one.");
            else if (keys.Wrapped == keys.Keys)
                findings.Ok($"The certificate can read all sealing keys ({keys.Keys}).");
            else if (certificate is not null)
                findings.Ok(
                    $"{keys.Keys - keys.Wrapped} of {keys.Keys} sealing keys were made before there was a certificate, "
                        + "and will be replaced within 90 days.");
            else
                findings.Ok(
                    $"The sealing keys ({keys.Keys}) are not encrypted with a certificate: "
                        + $"anyone who can read {(rows is null ? "the data directory" : "the database")} can use them.");
        }
        catch (OptionsValidationException e)
        {
            findings.Wrong(e.Message);
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            findings.Wrong(
                $"A sealing key cannot be read: {e.Message}",
                "Restore keys/ in the data directory from the backup, and make it readable for the server's user.");
        }

        return findings;
    }
}
