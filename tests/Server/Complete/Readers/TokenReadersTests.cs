using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OpenPassage.Server.Tests.Complete.Readers;

/// <summary>
/// Backends that read tokens with jose, PyJWT and ruby-jwt, by a key set that they took before a rotation and never take again.
/// On PostgreSQL there are two nodes.
/// </summary>
public class TokenReadersTests : IAsyncLifetime
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-tests-");
    private readonly List<CompleteSite> nodes = [];
    private IReadOnlyList<TokenReader> readers = [];
    private TestDatabase database = null!;

    // Readers look at the system's clock; the nodes agree on the time.
    private readonly DateTimeOffset now = DateTimeOffset.UtcNow;

    /// <summary>One that goes on with what another one has left.</summary>
    private sealed class Node(string? sealingKeys, DateTimeOffset now) : CompleteSite
    {
        protected override IEnumerable<string> AppSettings => ["Session:TokenLifetime=01:00:00"];

        public override async ValueTask InitializeAsync()
        {
            if (sealingKeys is not null)
            {
                Directory.CreateDirectory(Path.Combine(DataDirectory, "keys"));
                foreach (var key in Directory.GetFiles(sealingKeys))
                    File.Copy(key, Path.Combine(DataDirectory, "keys", Path.GetFileName(key)));
            }

            await base.InitializeAsync();
            // The keys are from some hours ago.
            Clock.Advance(now - TimeSpan.FromHours(3) - Clock.GetUtcNow());
            await new Visitor(this).GetAsync(".well-known/jwks.json");
            Clock.Advance(TimeSpan.FromHours(3));
        }
    }

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        await StartAsync();
        if (database.IsPostgres)
            await StartAsync();
        var keys = (await new Visitor(nodes[0]).GetAsync(".well-known/jwks.json")).Expect(200).Json;
        readers = await TokenReader.StartAllAsync(
            keys, $"{CompleteSite.PublicUrl}/v1/apps/{CompleteSite.AppId}", CompleteSite.AppId);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var reader in readers)
            reader.Dispose();
        foreach (var node in nodes)
            await node.DisposeAsync();
        await database.DisposeAsync();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task No_good_token_is_refused_across_a_rotation_and_a_restart()
    {
        var first = new Visitor(nodes[0]);
        var email = await first.SignUpAsync();
        var (user, kid) = (first.UserId, (string)first.Head["kid"]!);
        List<string> tokens = [first.Token];
        await AllReadAsync();

        await RotateAsync(nodes[0]);

        // Each node, at once and later, whether it has heard of the rotation or not.
        for (var turn = 0; turn < 4; turn++)
        {
            foreach (var node in nodes)
                await GoOnAsync(node);
        }

        // The other node may not have heard of it yet.
        await GoOnAsync(nodes[0]);
        Assert.NotEqual(kid, (string)first.Head["kid"]!);
        await AllReadAsync();

        foreach (var node in nodes)
            await node.EndAsync();
        var again = await StartAsync();
        await GoOnAsync(again);
        Assert.NotEqual(kid, (string)first.Head["kid"]!);
        await AllReadAsync();

        async Task GoOnAsync(CompleteSite node)
        {
            foreach (var token in tokens)
                (await new Visitor(node).SendAsync(HttpMethod.Get, "currentuser", token: token)).Expect(200);
            var here = new Visitor(node) { Authenticator = first.Authenticator, RefreshToken = first.RefreshToken };
            (await here.RefreshAsync()).Expect(200);
            (first.Token, first.RefreshToken) = (here.Token, here.RefreshToken);
            var elsewhere = new Visitor(node) { Authenticator = first.Authenticator };
            (await elsewhere.SignInAsync(email)).Expect(200);
            tokens.AddRange([here.Token, elsewhere.Token]);
        }

        async Task AllReadAsync()
        {
            foreach (var reader in readers)
            {
                foreach (var token in tokens)
                    Assert.Equal((reader.Library, user), (reader.Library, await reader.ReadAsync(token)));
            }
        }
    }

    /// <summary>Threat 39.</summary>
    [Fact]
    public async Task Every_bad_token_is_refused()
    {
        var (site, visitor) = (nodes[0], new Visitor(nodes[0]));
        await visitor.SignUpAsync();
        var (body, kid) = (visitor.Token.Split('.')[1], (string)visitor.Head["kid"]!);
        var pem = (await visitor.GetAsync("")).Expect(200).Json["app"]!["rsa_public_key"]!.ToString();
        using var own = RSA.Create(2048);
        var elsewhere = new Visitor(site, CompleteSite.OtherAppId);
        await elsewhere.SignUpAsync();

        await RefusedAsync("without a signature", $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{body}.");
        await RefusedAsync("a MAC by the public key", Signed($$"""{"alg":"HS256","kid":"{{kid}}","typ":"JWT"}""", Mac));
        await RefusedAsync("of another key that says it is this one", Signed($$"""{"alg":"RS256","kid":"{{kid}}","typ":"JWT"}""", Sign));
        await RefusedAsync("of a key that is nobody's", Signed("""{"alg":"RS256","kid":"AAAAAAAAAAAAAAAAAAAAAAAA","typ":"JWT"}""", Sign));
        await RefusedAsync("of another app", elsewhere.Token);
        var changed = Encode(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(body))
            .Replace(visitor.UserId, elsewhere.UserId, StringComparison.Ordinal));
        await RefusedAsync("of somebody else", $"{visitor.Token.Split('.')[0]}.{changed}.{visitor.Token.Split('.')[2]}");
        await RefusedAsync("a refresh token", visitor.RefreshToken);
        site.Clock.Advance(TimeSpan.FromHours(-2));
        var late = new Visitor(site);
        await late.SignUpAsync();
        await RefusedAsync("expired", late.Token);
        site.Clock.Advance(TimeSpan.FromHours(4));
        var early = new Visitor(site);
        await early.SignUpAsync();
        await RefusedAsync("not good yet", early.Token);

        string Signed(string head, Func<byte[], byte[]> sign)
            => $"{Encode(head)}.{body}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes($"{Encode(head)}.{body}")))}";

        byte[] Mac(byte[] text) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(pem), text);

        byte[] Sign(byte[] text) => own.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        async Task RefusedAsync(string what, string token)
        {
            foreach (var reader in readers)
            {
                Assert.Equal((reader.Library, what, null), (reader.Library, what, await reader.ReadAsync(token)));
                // And it goes on reading good ones.
                Assert.Equal((reader.Library, visitor.UserId), (reader.Library, await reader.ReadAsync(visitor.Token)));
            }
        }
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static async Task RotateAsync(CompleteSite site) => (await new Manager(site, ServerFixture.AdminKey).PostAsync(
        $"apps/{CompleteSite.AppId}/signing-keys/rotate", [])).Expect(200);

    private async Task<CompleteSite> StartAsync()
    {
        var keys = nodes.Count > 0 && !database.IsPostgres ? Path.Combine(nodes[0].DataDirectory, "keys") : null;
        var node = new Node(keys, now)
        {
            SharedDatabase = database.IsPostgres ? database.Setting : Path.Combine(directory.FullName, "openpassage.db"),
        };
        nodes.Add(node);
        await node.InitializeAsync();
        return node;
    }
}
