namespace OpenPassage.Server.Tests.Users;

public class RenameDeviceTests(ServerFixture server) : ServerTests(server)
{
    private async Task<(string User, string Device)> OwnedAsync()
    {
        var user = await Backend.UserIdAsync(await RegisteredAsync());
        return (user, (string)(await Backend.ListDevicesAsync(user)).Json["devices"]![0]!["id"]!);
    }

    private async Task<string> NameAsync(string user)
        => (string)(await Backend.ListDevicesAsync(user)).Json["devices"]![0]!["friendly_name"]!;

    [Fact]
    public async Task A_renamed_passkey_is_listed_by_its_new_name_and_still_signs_in()
    {
        var (user, device) = await OwnedAsync();

        (await Backend.RenameDeviceAsync(user, device, "Zoë's “work” phone 📱")).Expect(200);

        Assert.Equal("Zoë's “work” phone 📱", await NameAsync(user));
        (await Page.AuthenticateAsync()).Expect(200);
        Assert.Equal("Zoë's “work” phone 📱", await NameAsync(user));
    }

    /// <summary>Threat 38: by id alone nobody's passkey is renamed.</summary>
    [Fact]
    public async Task A_passkey_of_another_user_or_app_is_not_found()
    {
        var (owner, device) = await OwnedAsync();
        var before = await NameAsync(owner);
        var (other, _) = await OwnedAsync();
        var external = NewUser();
        (await OtherBackend.CreateRegisterTransactionAsync(external)).Expect(201);
        var theirs = await OtherBackend.UserIdAsync(external);

        await RefusedAsync(404, "device_not_found", () => Backend.RenameDeviceAsync(other, device, "Mine"));
        await RefusedAsync(404, "device_not_found", () => OtherBackend.RenameDeviceAsync(theirs, device, "Mine"));
        await RefusedAsync(404, "user_not_found", () => OtherBackend.RenameDeviceAsync(owner, device, "Mine"));

        Assert.Equal(before, await NameAsync(owner));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("too long")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        var (user, device) = await OwnedAsync();
        var asked = name == "too long" ? new string('x', 513) : name;

        await RefusedAsync(400, "invalid_request", () => Backend.RenameDeviceAsync(user, device, asked));
    }
}
