using System.Text.Json.Nodes;
using OpenPassage.Server.Complete.Management;

namespace OpenPassage.Server.Tests.Complete.Management;

/// <summary>Listing and rotating the keys that tokens are signed with, for who manages an app.</summary>
public class SigningKeysTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Manager manager = new(site, ServerFixture.AdminKey);

    [Fact]
    public async Task Two_are_there_from_the_first_day()
    {
        var app = await AppAsync();

        var keys = await KeysAsync(app);

        Assert.Equal(["current", "next"], keys.Select(key => (string)key!["state"]!));
        Assert.Equal(TimeSpan.FromDays(30), (DateTimeOffset)keys[1]!["signs_from"]! - (DateTimeOffset)keys[1]!["created_at"]!);
        Assert.Equal(await PublishedAsync(app), keys.Select(key => (string)key!["kid"]!));
    }

    [Fact]
    public async Task A_rotation_lets_the_next_one_sign_and_every_token_and_session_go_on()
    {
        var visitor = new Visitor(site);
        await visitor.SignUpAsync();
        var before = await KeysAsync(CompleteSite.AppId);
        var (current, next) = (Kid(before, "current"), Kid(before, "next"));
        Assert.Equal(current, (string)visitor.Head["kid"]!);

        var rotated = (await RotateAsync(CompleteSite.AppId, withdraw: null)).Expect(200);

        var after = rotated.Json["keys"]!.AsArray();
        Assert.Equal((current, next), (Kid(after, "former"), Kid(after, "current")));
        Assert.Contains(current, await PublishedAsync(CompleteSite.AppId));
        (await visitor.GetAsync("currentuser")).Expect(200);
        (await visitor.RefreshAsync()).Expect(200);
        Assert.Equal(next, (string)visitor.Head["kid"]!);
        (await visitor.GetAsync("currentuser")).Expect(200);
        Assert.Equal(["passage-go", "passage-ruby"], rotated.Json["restart"]!.AsArray().Select(one => (string)one!));
        Assert.StartsWith("RESTART every backend with passage-go", (string)rotated.Json["advice"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_withdrawn_key_is_good_for_nothing_at_once_and_sessions_go_on()
    {
        var app = await AppAsync();
        var visitor = new Visitor(site, app);
        await visitor.SignUpAsync();
        var current = (string)visitor.Head["kid"]!;

        var rotated = (await RotateAsync(app, withdraw: true)).Expect(200);

        Assert.DoesNotContain(current, await PublishedAsync(app));
        Assert.Equal((401, "invalid_access_token"), (await visitor.GetAsync("currentuser")).Refused);
        (await visitor.RefreshAsync()).Expect(200);
        (await visitor.GetAsync("currentuser")).Expect(200);
        Assert.Equal(
            ["passage-go", "passage-ruby", "passage-node", "passage-php"],
            rotated.Json["restart"]!.AsArray().Select(one => (string)one!));
        Assert.StartsWith("RESTART every backend", (string)rotated.Json["advice"]!, StringComparison.Ordinal);
        Assert.Contains(
            (await manager.GetAsync($"apps/{app}/audit")).Expect(200).Json["changes"]!.AsArray(),
            line => (string)line!["action"]! == "WithdrawSigningKey" && (string)line["before"]!["kid"]! == current);
    }

    [Fact]
    public async Task A_node_whose_clock_is_behind_the_one_that_withdrew_the_key_signs_with_the_next_one()
    {
        var app = await AppAsync();
        var visitor = new Visitor(site, app);
        await visitor.SignUpAsync();
        var next = Kid(await KeysAsync(app), "next");
        (await RotateAsync(app, withdraw: true)).Expect(200);

        site.Clock.Advance(TimeSpan.FromSeconds(-5));
        (await visitor.RefreshAsync()).Expect(200);
        site.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(next, (string)visitor.Head["kid"]!);
    }

    [Fact]
    public void Whoever_knew_the_key_for_a_day_needs_no_restart_of_ruby()
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        var (backends, advice) = RestartAdvice.Of(now.AddDays(-2), withdrawn: false, now);

        Assert.Equal(["passage-go"], backends);
        Assert.Contains("running since before 2026-02-27 12:00:00 UTC", advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_does_not_manage_the_app_rotates_nothing()
    {
        var before = site.Rows();
        foreach (var key in (string?[])[null, CompleteSite.ApiKey, CompleteSite.OtherApiKey, "wrong"])
        {
            var status = (await new Manager(site, key).PostAsync($"apps/{CompleteSite.AppId}/signing-keys/rotate", [])).Status;
            Assert.Equal(key == CompleteSite.ApiKey ? 403 : 401, status);
        }

        Assert.Equal((403, "operation_not_allowed"), (await RotateAsync(ServerFixture.App.Id, withdraw: null)).Refused);
        var nonsense = await manager.PostAsync($"apps/{CompleteSite.AppId}/signing-keys/rotate", new JsonObject { ["withdraw"] = "yes" });
        Assert.Equal((400, "invalid_request"), nonsense.Refused);
        Assert.Equal(before, site.Rows());
    }

    private async Task<string> AppAsync() => (await manager.AppAsync(new JsonObject
    {
        ["type"] = "complete",
        ["rp_id"] = "shop.example",
        ["origins"] = new JsonArray(CompleteSite.Origin),
    })).Id;

    private async Task<JsonArray> KeysAsync(string app)
        => (await manager.GetAsync($"apps/{app}/signing-keys")).Expect(200).Json["keys"]!.AsArray();

    private Task<Reply> RotateAsync(string app, bool? withdraw)
        => manager.PostAsync($"apps/{app}/signing-keys/rotate", withdraw is null ? [] : new JsonObject { ["withdraw"] = withdraw });

    private async Task<IReadOnlyList<string>> PublishedAsync(string app)
    {
        var published = (await new Visitor(site, app).GetAsync(".well-known/jwks.json")).Expect(200);
        return [.. published.Json["keys"]!.AsArray().Select(key => (string)key!["kid"]!)];
    }

    private static string Kid(JsonArray keys, string state) => (string)keys.Single(key => (string)key!["state"]! == state)!["kid"]!;
}
