using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Tests.Store;

namespace OpenPassage.Server.Tests.Apps;

public class RpIdTests : IAsyncLifetime
{
    private StoreFixture store = null!;

    public async ValueTask InitializeAsync() => store = await StoreFixture.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task The_RP_ID_of_an_app_with_passkeys_cannot_change()
    {
        await store.RegisterAsync(StoreFixture.A, "alice");

        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(
            async () => await store.Apps.DeclareAsync([Moved("app-a"), StoreFixture.Declared("app-b")], default));

        Assert.StartsWith(
            "OpenPassage:Apps:0:RpId is 'login.example.com' and should stay 'example.com'", wrong.Message, StringComparison.Ordinal);
        Assert.Equal("example.com", await RpIdAsync("app-a"));
    }

    [Fact]
    public async Task The_RP_ID_of_an_app_without_passkeys_may_change()
    {
        await store.RegisterAsync(StoreFixture.A, "alice");

        await store.Apps.DeclareAsync([StoreFixture.Declared("app-a"), Moved("app-b")], default);

        Assert.Equal("login.example.com", await RpIdAsync("app-b"));
    }

    [Theory]
    [InlineData("flex", "complete")]
    [InlineData("complete", "flex")]
    public async Task The_type_of_an_app_with_users_cannot_change(string before, string after)
    {
        await store.Apps.DeclareAsync([Typed("app-a", before), StoreFixture.Declared("app-b")], default);
        await store.Users.CreateOrGetAsync(StoreFixture.A, "alice", default);

        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(
            async () => await store.Apps.DeclareAsync([StoreFixture.Declared("app-b"), Typed("app-a", after)], default));

        Assert.StartsWith(
            $"OpenPassage:Apps:1:Type is '{after}' and should stay '{before}': this app has users",
            wrong.Message,
            StringComparison.Ordinal);
        Assert.Contains("Declare another app", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(AppTypes.Of(before), await TypeAsync("app-a"));
        // As it was it may be declared, and so may another one's type change that has no user.
        await store.Apps.DeclareAsync([Typed("app-a", before), Typed("app-b", "complete")], default);
        Assert.Equal((AppTypes.Of(before), AppType.Complete), (await TypeAsync("app-a"), await TypeAsync("app-b")));
    }

    private static AppOptions Typed(string id, string type)
    {
        var app = StoreFixture.Declared(id);
        app.Type = type;
        return app;
    }

    private async Task<AppType> TypeAsync(string id) =>
        (await store.Apps.ReadInServiceAsync(default)).Apps.Single(app => app.Id.Value == id).Type;

    private static AppOptions Moved(string id)
    {
        var app = StoreFixture.Declared(id);
        app.RpId = "login.example.com";
        app.Origins.Clear();
        app.Origins.Add("https://login.example.com");
        return app;
    }

    private async Task<string> RpIdAsync(string id) =>
        (await store.Apps.ReadInServiceAsync(default)).Apps.Single(app => app.Id.Value == id).RelyingParty.Id;
}
