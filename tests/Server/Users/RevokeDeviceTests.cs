namespace OpenPassage.Server.Tests.Users;

public class RevokeDeviceTests(ServerFixture server) : ServerTests(server)
{
    private async Task<(string User, string Device)> OwnedAsync()
    {
        var user = await Backend.UserIdAsync(await RegisteredAsync());
        return (user, (string)(await Backend.ListDevicesAsync(user)).Json["devices"]![0]!["id"]!);
    }

    [Fact]
    public async Task A_revoked_passkey_no_longer_signs_in_and_its_sign_ins_stay_counted()
    {
        var (user, device) = await OwnedAsync();
        (await Page.AuthenticateAsync()).Expect(200);

        (await Backend.RevokeDeviceAsync(user, device)).Expect(200);

        Assert.Equal((401, "discoverable_login_failed"), (await Page.AuthenticateAsync()).Refused);
        Assert.Empty((await Backend.ListDevicesAsync(user)).Json["devices"]!.AsArray());
        Assert.Equal(1, (int)(await Backend.GetUserAsync(user)).Json["user"]!["login_count"]!);
        await RefusedAsync(404, "device_not_found", () => Backend.RevokeDeviceAsync(user, device));
    }

    /// <summary>Threat 38: by id alone nobody's passkey goes.</summary>
    [Fact]
    public async Task A_passkey_of_another_user_or_app_is_not_found()
    {
        var (_, device) = await OwnedAsync();
        var (other, _) = await OwnedAsync();
        var external = NewUser();
        (await OtherBackend.CreateRegisterTransactionAsync(external)).Expect(201);
        var theirs = await OtherBackend.UserIdAsync(external);

        await RefusedAsync(404, "device_not_found", () => Backend.RevokeDeviceAsync(other, device));
        await RefusedAsync(404, "device_not_found", () => OtherBackend.RevokeDeviceAsync(theirs, device));
        await RefusedAsync(404, "user_not_found", () => OtherBackend.RevokeDeviceAsync(other, device));
    }
}
