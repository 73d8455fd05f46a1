using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Server.Tests.Host;

/// <summary>
/// The web as one program sees it: a proxy leads every name to a server of ours, whose certificates are of an authority that the
/// program is told to trust.
/// </summary>
internal sealed class Web : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-web-");
    private readonly ConcurrentDictionary<string, X509Certificate2> certificates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string MediaType, string Body)> documents = new(StringComparer.Ordinal);
    private readonly TcpListener proxy = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 authority;
    private WebApplication? server;

    private Web()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Authority {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-5), DateTimeOffset.UtcNow.AddYears(5));
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
    }

    /// <summary>What a program needs to see it.</summary>
    public Dictionary<string, string> Environment => new(StringComparer.Ordinal)
    {
        ["HTTPS_PROXY"] = $"http://{proxy.LocalEndpoint}",
        ["NO_PROXY"] = "",
        ["SSL_CERT_FILE"] = AuthorityFile,
        ["SSL_CERT_DIR"] = directory.FullName,
    };

    private string AuthorityFile => Path.Combine(directory.FullName, "authority.pem");

    public static async Task<Web> StartAsync()
    {
        var web = new Web();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificateSelector = (_, name) => name is null ? null : web.certificates.GetValueOrDefault(name),
            })));
        web.server = builder.Build();
        web.server.Run(web.AnswerAsync);
        await web.server.StartAsync();
        web.proxy.Start();
        _ = web.LeadAsync(new Uri(web.server.Urls.Single()).Port);
        return web;
    }

    /// <summary>Serves a name.</summary>
    /// <param name="host">The name.</param>
    /// <param name="named">The name in its certificate. Null: the same.</param>
    /// <param name="ends">How many days from now the certificate is good.</param>
    public void Serve(string host, string? named = null, int ends = 60)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={named ?? host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(named ?? host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            authority,
            DateTimeOffset.UtcNow.AddDays(-90),
            DateTimeOffset.UtcNow.AddDays(ends).AddMinutes(5),
            RandomNumberGenerator.GetBytes(8));
        certificates[host] = certificate.CopyWithPrivateKey(key);
    }

    /// <summary>A document at a place such as <c>example.com/.well-known/webauthn</c>.</summary>
    public void Put(string place, string body, string mediaType = "application/json") => documents[place] = (mediaType, body);

    public void Remove(string place) => documents.TryRemove(place, out _);

    public async ValueTask DisposeAsync()
    {
        proxy.Dispose();
        await server!.DisposeAsync();
        foreach (var certificate in certificates.Values)
            certificate.Dispose();
        authority.Dispose();
        directory.Delete(recursive: true);
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (documents.TryGetValue($"{context.Request.Host.Host}{context.Request.Path}", out var document))
        {
            context.Response.ContentType = document.MediaType;
            return context.Response.WriteAsync(document.Body);
        }

        context.Response.StatusCode = context.Request.Path == "/" ? 200 : 404;
        return context.Response.WriteAsync("a page");
    }

    private async Task LeadAsync(int port)
    {
        try
        {
            while (true)
                _ = LeadOneAsync(await proxy.AcceptTcpClientAsync(), port);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // That is its end.
        }
    }

    private static async Task LeadOneAsync(TcpClient client, int port)
    {
        using (client)
        using (var target = new TcpClient())
        {
            try
            {
                var from = client.GetStream();
                // CONNECT, and headers up to an empty line.
                for (var end = 0; end < 4;)
                    end = (char)from.ReadByte() is var next && next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : next == '\r' ? 1 : 0;
                await target.ConnectAsync(IPAddress.Loopback, port);
                await from.WriteAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray());
                await Task.WhenAny(from.CopyToAsync(target.GetStream()), target.GetStream().CopyToAsync(from));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // Either side may go.
            }
        }
    }
}

/// <summary>What answers as the server does, but for its clock.</summary>
internal sealed class OtherClock(TimeSpan ahead) : IAsyncDisposable
{
    private WebApplication? server;

    public string Body { get; init; } = "ok";

    public string Address => server!.Urls.Single();

    public async Task<OtherClock> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.Run(context =>
        {
            context.Response.Headers.Date = DateTimeOffset.UtcNow.Add(ahead).ToString("R", CultureInfo.InvariantCulture);
            return context.Response.WriteAsync(Body);
        });
        await server.StartAsync();
        return this;
    }

    public ValueTask DisposeAsync() => server!.DisposeAsync();
}
