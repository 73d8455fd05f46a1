using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>A mail server in this process, which keeps what it is given.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    public const string User = "relay";
    public const string Password = "relay-password-0123456789";

    private static readonly Lazy<X509Certificate2> Made = new(() =>
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    });

    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private int connections;

    /// <param name="port">Where it listens; null: on any.</param>
    /// <param name="security"><c>none</c>, <c>starttls</c> or <c>tls</c>.</param>
    /// <param name="demandsLogin">Whether it takes mail from those alone who log in.</param>
    public MailServer(int? port = null, string security = "none", bool demandsLogin = false)
    {
        Port = port ?? Ports.Free();
        Store = new(this);
        var services = new ServiceProvider();
        services.Add((IMessageStore)Store);
        services.Add((IMailboxFilter)new Filter(this));
        services.Add((IUserAuthenticator)new DelegatingUserAuthenticator((user, password) => user == User && password == Password));
        var options = new SmtpServerOptionsBuilder()
            .ServerName("mail.test")
            .Endpoint(endpoint =>
            {
                endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).IsSecure(security == "tls")
                    .AuthenticationRequired(demandsLogin).AllowUnsecureAuthentication(security == "none");
                if (security != "none")
                    endpoint.Certificate(Certificate);
            })
            .Build();
        var server = new SmtpServer.SmtpServer(options, services);
        server.SessionCreated += (_, _) => Interlocked.Increment(ref connections);
        running = server.StartAsync(stopping.Token);
    }

    public int Port { get; }

    public int Connections => Volatile.Read(ref connections);

    /// <summary>What it has taken charge of, by Message-ID. What came twice is there twice.</summary>
    public ConcurrentQueue<Mail> Mails { get; } = new();

    /// <summary>Asked for every receiver: an answer, or null to take it.</summary>
    public Func<string, CancellationToken, Task<SmtpResponse?>> Judge { get; set; } = static (_, _) => Task.FromResult<SmtpResponse?>(null);

    /// <summary>Asked for every message before it is taken.</summary>
    public Func<CancellationToken, Task<SmtpResponse?>> JudgeContent { get; set; } = static _ => Task.FromResult<SmtpResponse?>(null);

    /// <summary>The certificates that trust its own, as a file.</summary>
    public static string CertificateFile { get; } = WriteCertificate();

    private static X509Certificate2 Certificate => Made.Value;

    private MessageKeeper Store { get; }

    /// <summary>Waits until it has so many mails.</summary>
    public async Task<IReadOnlyList<Mail>> WaitForAsync(int count, Func<Mail, bool>? which = null)
    {
        which ??= static _ => true;
        for (var tries = 0; tries < 6000; tries++)
        {
            if (Mails.Count(which) >= count)
                return [.. Mails.Where(which)];
            await Task.Delay(10);
        }

        throw new TimeoutException($"{Mails.Count(which)} of {count} mails came.");
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // As it was told.
        }

        stopping.Dispose();
    }

    private static string WriteCertificate()
    {
        var file = Path.Combine(Path.GetTempPath(), $"openpassage-tests-{Guid.NewGuid():N}.pem");
        File.WriteAllText(file, Certificate.ExportCertificatePem());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(file);
        return file;
    }

    private sealed class MessageKeeper(MailServer server) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            var bytes = buffer.ToArray();
            if (await server.JudgeContent(cancellationToken) is { } refused)
                return refused;
            server.Mails.Enqueue(new(
                bytes, [.. transaction.To.Select(to => to.AsAddress())], transaction.From?.AsAddress() ?? "",
                context.Pipe.IsSecure, context.Authentication.IsAuthenticated));
            return SmtpResponse.Ok;
        }
    }

    private sealed class Filter(MailServer server) : MailboxFilter
    {
        public override async Task<bool> CanDeliverToAsync(
            ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken)
            => await server.Judge(to.AsAddress(), cancellationToken) is { } refused ? throw new SmtpResponseException(refused) : true;
    }
}

/// <summary>A mail as it arrived.</summary>
internal sealed record Mail(byte[] Bytes, IReadOnlyList<string> Receivers, string Sender, bool OverTls, bool LoggedIn)
{
    public MimeMessage Message { get; } = MimeMessage.Load(new MemoryStream(Bytes));

    public string Id => Message.MessageId ?? "";

    public string To => Receivers.Single();
}
