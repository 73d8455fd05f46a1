using OpenPassage.Authenticator;
using OpenPassage.Flex.Tests;

namespace OpenPassage.Flex.AspNetCore.Tests;

/// <summary>A site, its server, and people who each get a name of their own.</summary>
public abstract class SiteTests(RealServer server) : IClassFixture<RealServer>, IAsyncLifetime
{
    private readonly List<IDisposable> visitors = [];
    private PassageFlex? passage;

    internal Site Site { get; private set; } = null!;

    protected RealServer Server => server;

    protected PassageFlex Passage => passage ??= server.NewClient();

    protected static string NewName() => $"user-{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync() => Site = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        visitors.ForEach(visitor => visitor.Dispose());
        passage?.Dispose();
        await Site.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual Task<Site> StartAsync() => Site.StartAsync(server);

    protected Visitor NewVisitor(Site? site = null)
    {
        var visitor = (site ?? Site).NewVisitor();
        visitors.Add(visitor);
        return visitor;
    }

    /// <summary>Somebody signed in with a password who has a passkey.</summary>
    protected async Task<(Visitor Visitor, string Name, SoftwareAuthenticator Authenticator)> EnrolledAsync()
    {
        var name = NewName();
        var visitor = await NewVisitor().SignInAsync(name);
        var authenticator = new SoftwareAuthenticator();
        await AddPasskeyAsync(visitor, authenticator);
        return (visitor, name, authenticator);
    }

    /// <summary>What the page's button does.</summary>
    protected async Task AddPasskeyAsync(Visitor visitor, SoftwareAuthenticator authenticator)
    {
        var transaction = (string)(await visitor.CallAsync("POST", "register/begin")).Expect(200).Json["transactionId"]!;
        var nonce = await server.RegisterAsync(authenticator, transaction);
        (await visitor.CallAsync("POST", "register/finish", new { nonce })).Expect(204);
    }

    protected Task<Reply> SignInWithPasskeyAsync(
        Visitor visitor, SoftwareAuthenticator authenticator, string? returnUrl = null, RealServer? of = null) =>
        SignInAsync(visitor, (of ?? server).AuthenticateAsync(authenticator), returnUrl);

    private static async Task<Reply> SignInAsync(Visitor visitor, Task<string> nonce, string? returnUrl) =>
        await visitor.CallAsync("POST", "sign-in/finish", new { nonce = await nonce, returnUrl });
}
