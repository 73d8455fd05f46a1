using System.Text.RegularExpressions;

namespace OpenPassage.Server.Tests.Users;

public partial class GetUserTests(ServerFixture server) : ServerTests(server)
{
    [Fact]
    public async Task Every_key_is_there_and_no_array_is_null_before_the_first_passkey()
    {
        var external = NewUser();
        await RegisterTransactionAsync(external);

        var user = (await Backend.GetUserAsync(await Backend.UserIdAsync(external))).Expect(200).Json["user"]!.AsObject();

        Assert.Equal(
            [
                "created_at", "email", "email_verified", "external_id", "id", "last_login_at", "login_count", "phone", "phone_verified",
                "recent_events", "social_connections", "status", "updated_at", "user_metadata", "webauthn", "webauthn_devices",
                "webauthn_types",
            ],
            user.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(external, (string)user["external_id"]!);
        Assert.Matches("^[A-Za-z0-9]{24}$", (string)user["id"]!);
        Assert.Equal("active", (string)user["status"]!);
        Assert.Equal("", (string)user["email"]!);
        Assert.Equal("0001-01-01T00:00:00Z", (string)user["last_login_at"]!);
        Assert.Matches(SixDecimals(), (string)user["created_at"]!);
        Assert.Equal(0, (int)user["login_count"]!);
        Assert.Null(user["user_metadata"]);
        Assert.False((bool)user["webauthn"]!);
        Assert.Empty(user["webauthn_devices"]!.AsArray());
        Assert.Empty(user["webauthn_types"]!.AsArray());
        Assert.Empty(user["social_connections"]!.AsObject());
    }

    [Fact]
    public async Task Passkeys_sign_ins_and_events_are_shown()
    {
        var external = await RegisteredAsync();
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        (await Page.AuthenticateAsync()).Expect(200);

        var user = (await Backend.GetUserAsync(await Backend.UserIdAsync(external))).Expect(200).Json["user"]!;

        Assert.True((bool)user["webauthn"]!);
        Assert.Equal(1, (int)user["login_count"]!);
        Assert.Single(user["webauthn_types"]!.AsArray());
        var device = user["webauthn_devices"]![0]!.AsObject();
        Assert.Equal(
            ["created_at", "cred_id", "friendly_name", "icons", "id", "last_login_at", "type", "updated_at", "usage_count"],
            device.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(["dark", "light"], device["icons"]!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Matches(SixDecimals(), (string)device["last_login_at"]!);
        var events = user["recent_events"]!.AsArray();
        Assert.Equal(["login", "register"], events.Select(entry => (string)entry!["action"]!));
        Assert.All(events, entry => Assert.Equal(
            [
                "action", "completed_at", "created_at", "id", "ip_addr", "social_login_type", "status", "type", "user_agent",
                "user_agent_display",
            ],
            entry!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal)));
        Assert.Equal("127.0.0.1", (string)events[0]!["ip_addr"]!);
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("'%20OR%201=1--")]
    public async Task An_unknown_user_is_not_found(string id)
    {
        await RefusedAsync(404, "user_not_found", () => Backend.GetUserAsync(id));
        await RefusedAsync(404, "user_not_found", () => Backend.ListDevicesAsync(id));
        await RefusedAsync(404, "user_not_found", () => Backend.RevokeDeviceAsync(id, "x"));
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SixDecimals();
}
