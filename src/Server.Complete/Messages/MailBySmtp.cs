using System.Collections.Concurrent;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>Mail, handed over to the server in the settings over a few connections that are used again.</summary>
internal sealed class MailBySmtp(Letters letters, IOptions<OpenPassageCompleteOptions> options, TimeProvider time)
    : ICarrier, IDisposable
{
    /// <summary>Servers end connections that are quiet for longer.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(20);

    private readonly ConcurrentStack<(SmtpClient Client, long Since)> open = new();
    private readonly MailOptions mail = options.Value.Mail;

    public string Channel => IdentifierKind.Email;

    public int AtOnce => mail.Smtp.Connections;

    public async Task<HandOver> CarryAsync(App app, string id, Message message, CancellationToken cancellationToken)
    {
        var letter = await letters.WriteAsync(app, id, message);
        SmtpClient client;
        try
        {
            client = await OpenAsync(cancellationToken);
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            return HandOver.Away(Smtp.Explain(e));
        }

        try
        {
            await client.SendAsync(letter, cancellationToken);
            open.Push((client, time.GetTimestamp()));
            return HandOver.Sent;
        }
        catch (SmtpCommandException e)
        {
            if (client.IsConnected)
                open.Push((client, time.GetTimestamp()));
            else
                client.Dispose();
            return Judge(e);
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            client.Dispose();
            // Not "away": one receiver whom the server asks too long must not stop the others.
            return HandOver.Postponed(Smtp.Explain(e));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async ValueTask RestAsync(CancellationToken cancellationToken)
    {
        if (open.IsEmpty)
            return;
        List<(SmtpClient Client, long Since)> kept = [];
        while (open.TryPop(out var one))
        {
            if (time.GetElapsedTime(one.Since) < Quiet)
                kept.Add(one);
            else
                await CloseAsync(one.Client, cancellationToken);
        }

        kept.Reverse();
        if (kept.Count > 0)
            open.PushRange([.. kept]);
    }

    public void Dispose()
    {
        while (open.TryPop(out var one))
            one.Client.Dispose();
    }

    // RFC 5321 §4.2.1: 4yz is for now, 5yz for good. What the server has against the sender is the settings' fault, not the message's.
    private static HandOver Judge(SmtpCommandException e)
    {
        var why = $"The mail server answered {(int)e.StatusCode}.";
        return e.ErrorCode switch
        {
            SmtpErrorCode.SenderNotAccepted => HandOver.Away($"{why} It does not take mail from OpenPassage:Mail:From."),
            SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted when (int)e.StatusCode >= 500 => HandOver.Refused(why),
            _ when e.StatusCode == SmtpStatusCode.ServiceNotAvailable => HandOver.Away(why),
            _ => HandOver.Postponed(why),
        };
    }

    private static bool IsOfConnection(Exception e) => e is IOException or System.Net.Sockets.SocketException or ProtocolException
        or AuthenticationException or SslHandshakeException or NotSupportedException or SmtpCommandException or ServiceNotConnectedException
        or OperationCanceledException or TimeoutException;

    // To tell the server how long a mail is, it would be written twice. Receivers are ASCII: where the server can do more, MailKit would
    // turn their domains into letters, and the next server that cannot would send the mail back (RFC 6531 §3.5).
    private static SmtpCapabilities UnusedBy(string sender)
        => Smtp.SenderOf(sender) is { LocalPart: var local } && !Ascii.IsValid(local)
            ? SmtpCapabilities.Size
            : SmtpCapabilities.Size | SmtpCapabilities.UTF8;

    private async Task<SmtpClient> OpenAsync(CancellationToken cancellationToken)
    {
        while (open.TryPop(out var one))
        {
            if (one.Client.IsConnected && await IsAliveAsync(one, cancellationToken))
                return one.Client;
            one.Client.Dispose();
        }

        var client = await Smtp.ConnectAsync(mail.Smtp, cancellationToken);
        client.Capabilities &= ~UnusedBy(mail.From);
        return client;
    }

    // Asked where it has been quiet: a message that is lost with its connection waits for its next attempt.
    private async Task<bool> IsAliveAsync((SmtpClient Client, long Since) one, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(one.Since) < TimeSpan.FromSeconds(1))
            return true;
        try
        {
            await one.Client.NoOpAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            return false;
        }
    }

    private static async ValueTask CloseAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            // It is gone already.
        }
        finally
        {
            client.Dispose();
        }
    }
}
