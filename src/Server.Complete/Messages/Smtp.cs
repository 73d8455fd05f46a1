using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit.Security;
using MimeKit;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>How the mail server is reached, with what the settings leave open.</summary>
internal static class Smtp
{
    public const string StartTls = "starttls";
    public const string Tls = "tls";
    public const string None = "none";

    public static int PortOf(SmtpOptions options) => options.Port ?? options.Security switch
    {
        Tls => 465,
        None => 25,
        _ => 587,
    };

    /// <summary>The sender in the settings; null: it is none.</summary>
    public static MailboxAddress? SenderOf(string from)
        => MailboxAddress.TryParse(from, out var sender) && sender.Address.Contains('@', StringComparison.Ordinal) ? sender : null;

    /// <summary>Connects, with TLS or not as the settings say, and logs in. There is no fallback to less.</summary>
    /// <exception cref="Exception">What MailKit throws when it cannot; <see cref="Explain"/> says what it means.</exception>
    public static async Task<MailKit.Net.Smtp.SmtpClient> ConnectAsync(SmtpOptions options, CancellationToken cancellationToken)
    {
        var client = new MailKit.Net.Smtp.SmtpClient
        {
            Timeout = (int)options.Timeout.TotalMilliseconds,
            // As everywhere in .NET: a list that cannot be fetched would stop all mail.
            CheckCertificateRevocation = false,
        };
        if (options.CertificateRoot is { } file)
            client.ServerCertificateValidationCallback = TrustedBy(file);
        // What is left of a mail goes out at once: else it waits for the server's word on what went before, which comes late (40 ms).
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, PortOf(options), cancellationToken);
            await client.ConnectAsync(socket, options.Host, PortOf(options), SocketOptionsOf(options.Security), cancellationToken);
            if (options.User.Length > 0)
                await client.AuthenticateAsync(options.User, options.Password, cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What went wrong with the connection, in our own words.</summary>
    public static string Explain(Exception e) => e switch
    {
        AuthenticationException => "The mail server refused user and password.",
        SslHandshakeException => "The mail server's certificate was not accepted, or it does not speak TLS on this port.",
        NotSupportedException => "The mail server does not offer STARTTLS, or no way to log in.",
        SocketException socket => $"The mail server cannot be reached: {socket.SocketErrorCode}.",
        MailKit.Net.Smtp.SmtpCommandException command => $"The mail server answered {(int)command.StatusCode}.",
        OperationCanceledException or TimeoutException => "The mail server took too long.",
        _ => "The connection to the mail server broke off.",
    };

    private static SecureSocketOptions SocketOptionsOf(string security) => security switch
    {
        Tls => SecureSocketOptions.SslOnConnect,
        None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    private static RemoteCertificateValidationCallback TrustedBy(string file)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(file);
        return (_, certificate, sent, errors) =>
        {
            if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None || certificate is null)
                return false;
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
            return chain.Build(leaf);
        };
    }
}
