using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OpenPassage.Host.Doctor;

/// <summary>What one GET brought, as a browser would see it. Redirects are not followed: they may lead to strangers.</summary>
internal sealed class Visit
{
    private const int MaxBody = 256 * 1024;

    private Visit(Uri address) => Address = address;

    public Uri Address { get; }

    /// <summary>0: no answer.</summary>
    public int Status { get; private set; }

    public string? MediaType { get; private set; }

    public Uri? Location { get; private set; }

    public string Body { get; private set; } = "";

    /// <summary>Why there is no answer: the rest of a sentence.</summary>
    public string? Failure { get; private set; }

    /// <summary>What is wrong with the certificate: sentences.</summary>
    public IReadOnlyList<string> BrokenCertificate { get; private set; } = [];

    /// <summary>Until when the certificate is good; null: there was none.</summary>
    public DateTimeOffset? CertificateEnds { get; private set; }

    /// <summary>How far the clock there is ahead, to a second; null: it was not told.</summary>
    public TimeSpan? ClockAhead { get; private set; }

    /// <summary>Asks once.</summary>
    /// <param name="address">Whom.</param>
    /// <param name="direct">Whether it is this machine itself: no proxy, and the certificate may be for another name.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="time">This machine's clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Visit> PayAsync(
        Uri address, bool direct, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var visit = new Visit(address);
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !direct,
            PooledConnectionLifetime = TimeSpan.Zero,
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            visit.Judge(
                certificate as X509Certificate2,
                chain,
                direct ? errors & ~SslPolicyErrors.RemoteCertificateNameMismatch : errors,
                time.GetUtcNow());
        using var http = new HttpClient(handler) { Timeout = timeout };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("openpassage-doctor");
        try
        {
            var asked = time.GetUtcNow();
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var middle = asked + ((time.GetUtcNow() - asked) / 2);
            visit.Status = (int)answer.StatusCode;
            visit.MediaType = answer.Content.Headers.ContentType?.MediaType;
            visit.Location = answer.Headers.Location;
            // The header has no fractions.
            visit.ClockAhead = answer.Headers.Date + TimeSpan.FromSeconds(0.5) - middle;
            using var waiting = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(waiting.Token, cancellationToken);
            await using var stream = await answer.Content.ReadAsStreamAsync(either.Token);
            var body = new byte[MaxBody];
            visit.Body = Encoding.UTF8.GetString(
                body, 0, await stream.ReadAtLeastAsync(body, MaxBody, throwOnEndOfStream: false, either.Token));
        }
        catch (HttpRequestException e)
        {
            visit.Failure = e.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "its name cannot be resolved",
                HttpRequestError.ConnectionError => "the connection failed",
                _ => e.InnerException?.Message.TrimEnd('.') ?? e.Message.TrimEnd('.'),
            };
        }
        catch (Exception e) when (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            visit.Failure = $"it did not answer within {timeout.TotalSeconds:0.#} s";
        }
        catch (IOException e)
        {
            visit.Failure = e.Message.TrimEnd('.');
        }

        return visit;
    }

    private bool Judge(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, DateTimeOffset now)
    {
        CertificateEnds = certificate?.NotAfter.ToUniversalTime();
        var broken = new List<string>();
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status)
            ?? X509ChainStatusFlags.NoError;
        if (certificate is null)
            broken.Add("presents no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && certificate is not null)
            broken.Add($"presents a certificate for another name ({certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false)})");
        if (CertificateEnds < now)
            broken.Add($"presents a certificate that expired on {CertificateEnds:yyyy-MM-dd}");
        else if (certificate?.NotBefore.ToUniversalTime() > now)
            broken.Add($"presents a certificate that is not valid before {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd}");
        if ((status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != X509ChainStatusFlags.NoError)
            broken.Add(
                "presents a certificate whose issuer is not trusted "
                    + $"({certificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: true)}), "
                    + "or whose intermediate certificates are missing");
        if (errors != SslPolicyErrors.None && broken is [])
            broken.Add($"presents a certificate that cannot be used ({status})");
        BrokenCertificate = broken;
        return errors == SslPolicyErrors.None;
    }
}
