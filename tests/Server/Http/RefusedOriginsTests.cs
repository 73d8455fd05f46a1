namespace OpenPassage.Server.Tests.Http;

/// <summary>What page and operator are told of an origin that is none of the app's.</summary>
public class RefusedOriginsTests(ServerFixture server) : ServerTests(server)
{
    private const string Start = "authenticate/transactions/webauthn/start";

    [Theory]
    [InlineData("https://www.example.com", "OpenPassage:Apps:N:Origins.")]
    [InlineData("https://login.example.com:444", "OpenPassage:Apps:N:Origins.")]
    [InlineData("https://example.net", "OpenPassage:Apps:N:RelatedOrigins.")]
    [InlineData("https://login.example.com.evil.example", "OpenPassage:Apps:N:RelatedOrigins.")]
    public async Task A_call_from_it_says_which_came_and_where_to_add_it(string origin, string place)
    {
        var reply = await RefusedAsync(403, "operation_not_allowed", () => new Page(Server, App) { Origin = origin }.PostAsync(Start, "{}"));

        Assert.Equal($"This page's origin, {origin}, is not one of the app's. If it is yours, add it to {place}", reply.Error);
        Assert.Contains($"Warning: The origin {origin} was refused: the app 'acme' has https://login.example.com, https://shop.example.com. If it is yours, add it to {place}", Server.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://account.example.com", "OpenPassage:Apps:N:Origins.")]
    [InlineData("https://example.org", "OpenPassage:Apps:N:RelatedOrigins.")]
    [InlineData("android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "OpenPassage:Apps:N:AndroidApps, as the certificate E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55.")]
    public async Task A_ceremony_on_it_says_so_too(string origin, string place)
    {
        var native = new Page(Server, App) { Origin = null };
        var transaction = await RegisterTransactionAsync(NewUser());
        var registering = await native.StartRegistrationAsync(transaction);
        var user = await RegisteredAsync();
        var signIn = await AuthenticateTransactionAsync(user);
        var signingIn = await Page.StartAuthenticationAsync(signIn);

        Reply[] replies =
        [
            await RefusedAsync(401, "webauthn_login_failed", () => native.FinishRegistrationAsync(registering, transaction, ceremony => ceremony.ClientData.Origin = origin)),
            await RefusedAsync(401, "webauthn_login_failed", () => Page.FinishAuthenticationAsync(signingIn, signIn, ceremony => ceremony.ClientData.Origin = origin)),
        ];

        Assert.All(replies, reply => Assert.Equal($"The passkey was used on the origin {origin}, which is not one of the app's. If it is yours, add it to {place}", reply.Error));
        Assert.Contains($"The origin {origin} was refused: the app 'acme' has https://login.example.com, https://shop.example.com. If it is yours, add it to {place}", Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_is_not_told_the_list()
    {
        var reply = await new Page(Server, App) { Origin = "https://evil.example" }.PostAsync(Start, "{}");

        Assert.DoesNotContain("login.example.com", reply.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("shop.example.com", reply.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("nonsense-of-a-stranger")]
    [InlineData("https://nonsense-of-a-stranger.example/path")]
    [InlineData("https://nonsense-of-a-stranger.example\nWarning: forged")]
    [InlineData("https://nonsense-of-a-stranger.example, https://two.example")]
    [InlineData("android:apk-key-hash:nonsense-of-a-stranger")]
    public async Task What_is_no_origin_is_repeated_to_nobody(string origin)
    {
        var native = new Page(Server, App) { Origin = null };
        var transaction = await RegisterTransactionAsync(NewUser());
        var started = await native.StartRegistrationAsync(transaction);

        var reply = await RefusedAsync(401, "webauthn_login_failed", () => native.FinishRegistrationAsync(started, transaction, ceremony => ceremony.ClientData.Origin = origin));
        Assert.DoesNotContain("nonsense", reply.Error, StringComparison.Ordinal);
        if (!origin.Contains('\n', StringComparison.Ordinal))
        {
            var call = await RefusedAsync(403, "operation_not_allowed", () => new Page(Server, App) { Origin = origin }.PostAsync(Start, "{}"));
            Assert.DoesNotContain("nonsense", call.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("nonsense", Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_origin_is_logged_once_an_hour_and_200_of_them_at_most()
    {
        await using var quiet = new ServerFixture();
        await quiet.InitializeAsync();
        async Task CallAsync(string origin) => Assert.Equal(403, (await new Page(quiet, App) { Origin = origin }.PostAsync(Start, "{}")).Status);
        int Logged() => quiet.Log.Split('\n').Count(line => line.Contains("was refused: the app", StringComparison.Ordinal));

        await CallAsync("https://one.example");
        await CallAsync("https://one.example");
        Assert.Equal(1, Logged());
        for (var i = 0; i < 250; i++)
            await CallAsync($"https://stranger{i}.example");
        Assert.Equal(200, Logged());

        quiet.Clock.Advance(TimeSpan.FromHours(1));
        await CallAsync("https://one.example");
        Assert.Equal(201, Logged());
    }
}
