using System.Net;

namespace OpenPassage.Complete.Tests;

/// <summary>Every operation of the SDK that the server has, against the real server over HTTP.</summary>
public sealed class RealServerOverHttp(CompleteServer server) : RealServerTests(server), IClassFixture<CompleteServer>;

/// <summary>The same, with the server in the application of its client.</summary>
public sealed class RealServerInProcess(ServerInProcess server) : RealServerTests(server), IClassFixture<ServerInProcess>;

public abstract class RealServerTests(CompleteServer server) : IDisposable
{
    private readonly Passage passage = server.NewClient();
    private readonly CompletePage page = server.NewPage();

    private static string NewEmail() => $"user-{Guid.NewGuid():N}@example.com";

    public void Dispose()
    {
        passage.Dispose();
        page.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_token_of_a_sign_up_and_one_of_a_sign_in_name_the_same_user()
    {
        var signedUp = await passage.Auth.ValidateTokenAsync(await page.RegisterAsync(NewEmail()));
        var signedIn = await passage.Auth.ValidateTokenAsync((string)(await page.LoginAsync())["auth_token"]!);

        Assert.Equal(signedUp.UserId, signedIn.UserId);
        Assert.Equal(signedUp.UserId, await passage.Auth.ValidateJwtAsync((string)(await page.LoginAsync())["auth_token"]!));
        Assert.NotEqual(signedUp.SessionId, signedIn.SessionId);
        Assert.Equal(["hwk", "user"], signedIn.AuthenticationMethods);
        Assert.InRange(server.Clock.GetUtcNow() - signedIn.SignedInAt!.Value, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_issuer_is_the_servers_configured_address()
    {
        var token = await page.RegisterAsync(NewEmail());
        var (right, wrong) = (server.NewOptions(), server.NewOptions());
        (right.Issuer, wrong.Issuer) = ($"{CompleteServer.PublicUrl}/v1/apps/shop", $"{CompleteServer.PublicUrl}/v1/apps/other");
        using var demanding = new Passage(CompleteServer.AppId, right);
        using var mistaken = new Passage(CompleteServer.AppId, wrong);

        Assert.Equal(right.Issuer, (await demanding.Auth.ValidateTokenAsync(token)).Issuer);
        var refused = await Assert.ThrowsAsync<PassageException>(() => mistaken.Auth.ValidateJwtAsync(token));
        Assert.Contains("issuer", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_apps_token_is_refused()
    {
        using var other = server.NewPage(CompleteServer.OtherAppId);
        var token = await other.RegisterAsync(NewEmail());

        var refused = await Assert.ThrowsAsync<PassageException>(() => passage.Auth.ValidateJwtAsync(token));

        Assert.Equal(PassageErrorCode.InvalidToken, refused.Code);
        using var others = server.NewClient(CompleteServer.OtherAppId);
        Assert.NotEmpty(await others.Auth.ValidateJwtAsync(token));
    }

    [Fact]
    public async Task A_session_keeps_its_id_and_its_time_when_its_token_is_renewed()
    {
        await page.RegisterAsync(NewEmail());
        var tokens = await page.LoginAsync();

        var before = await passage.Auth.ValidateTokenAsync((string)tokens["auth_token"]!);
        var after = await passage.Auth.ValidateTokenAsync((await page.RefreshAsync((string)tokens["refresh_token"]!))!);

        Assert.Equal((before.UserId, before.SessionId, before.SignedInAt), (after.UserId, after.SessionId, after.SignedInAt));
    }

    [Fact]
    public async Task A_user_is_got_by_id_with_the_passkeys()
    {
        var id = await passage.Auth.ValidateJwtAsync(await page.RegisterAsync(NewEmail()));

        var user = await passage.User.GetAsync(id);

        Assert.Equal((id, null, PassageUserStatus.Active, true), (user.Id, user.Phone, user.Status, user.WebAuthn));
        var device = Assert.Single(user.WebAuthnDevices);
        Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(page.Authenticator.Passkeys[0].Id), device.CredentialId);
        Assert.Equal(device.Id, Assert.Single(await passage.User.ListDevicesAsync(id)).Id);
    }

    [Fact]
    public async Task A_revoked_device_is_gone()
    {
        var id = await passage.Auth.ValidateJwtAsync(await page.RegisterAsync(NewEmail()));
        var device = Assert.Single(await passage.User.ListDevicesAsync(id));

        var left = await passage.User.RevokeDeviceAsync(id, device.Id);

        Assert.Empty(left!.AllAcceptedCredentialIds);
        Assert.Empty(await passage.User.ListDevicesAsync(id));
    }

    public static TheoryData<string, PassageErrorCode, HttpStatusCode, Func<CompleteServer, Passage, Task>> Refusals => new()
    {
        { "an unknown user", PassageErrorCode.UserNotFound, HttpStatusCode.NotFound, (_, passage) => passage.User.GetAsync("nobody") },
        { "an unknown identifier", PassageErrorCode.UserNotFound, HttpStatusCode.NotFound,
            (_, passage) => passage.User.GetByIdentifierAsync("nobody@example.com") },
        { "an operator for an identifier", PassageErrorCode.UserNotFound, HttpStatusCode.NotFound,
            (_, passage) => passage.User.GetByIdentifierAsync("<ne:nobody@example.com>") },
        { "an unknown user's devices", PassageErrorCode.UserNotFound, HttpStatusCode.NotFound,
            (_, passage) => passage.User.ListDevicesAsync("nobody") },
        { "an unknown device", PassageErrorCode.DeviceNotFound, HttpStatusCode.NotFound,
            async (server, passage) =>
            {
                using var owner = server.NewPage();
                await passage.User.RevokeDeviceAsync(await passage.Auth.ValidateJwtAsync(await owner.RegisterAsync(NewEmail())), "d/../1");
            }
        },
        { "another user's device", PassageErrorCode.DeviceNotFound, HttpStatusCode.NotFound,
            async (server, passage) =>
            {
                using var owner = server.NewPage();
                using var thief = server.NewPage();
                var (owners, thiefs) = (
                    await passage.Auth.ValidateJwtAsync(await owner.RegisterAsync(NewEmail())),
                    await passage.Auth.ValidateJwtAsync(await thief.RegisterAsync(NewEmail())));
                await passage.User.RevokeDeviceAsync(thiefs, (await passage.User.ListDevicesAsync(owners))[0].Id);
            }
        },
        { "another app's key", PassageErrorCode.InvalidAccessToken, HttpStatusCode.Unauthorized,
            async (server, _) =>
            {
                using var stranger = server.NewClient(apiKey: "key-of-somebody-else");
                await stranger.User.GetAsync("nobody");
            }
        },
        { "an unknown app's token", PassageErrorCode.AppNotFound, HttpStatusCode.NotFound,
            async (server, _) =>
            {
                using var stranger = server.NewClient(appId: "nobody");
                await stranger.Auth.ValidateJwtAsync(new TokenMaker(TokenMaker.Right, server.Clock).Make());
            }
        },
    };

    [Theory]
    [MemberData(nameof(Refusals), DisableDiscoveryEnumeration = true)]
    public async Task Refuses(string what, PassageErrorCode code, HttpStatusCode status, Func<CompleteServer, Passage, Task> act)
    {
        var refusal = await Assert.ThrowsAsync<PassageException>(() => act(server, passage));

        Assert.True(
            (code, status) == (refusal.Code, refusal.StatusCode),
            $"{what}: {refusal.CodeText} {refusal.StatusCode} {refusal.Message}");
        Assert.NotEmpty(refusal.Message);
    }
}

/// <summary>The real server's keys take turns: thirty days go by on its clock.</summary>
public sealed class RealRotationTests(CompleteServer server) : IClassFixture<CompleteServer>
{
    [Fact]
    public async Task While_many_validate_the_servers_keys_take_turns_and_no_good_token_is_refused()
    {
        using var passage = server.NewClient();
        using var page = server.NewPage();
        await page.RegisterAsync("rotating@example.com");
        var old = await TokenAsync();
        await passage.Auth.ValidateJwtAsync(old);

        var (turned, ready, waiting) = (new TaskCompletionSource<string>(), new TaskCompletionSource(), 64);
        var callers = Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (var turn = 0; turn < 10; turn++)
                await passage.Auth.ValidateJwtAsync(old);
            if (Interlocked.Decrement(ref waiting) == 0)
                ready.SetResult();
            var renewed = await turned.Task;
            for (var turn = 0; turn < 10; turn++)
                await passage.Auth.ValidateJwtAsync(renewed);
        })).ToList();
        // A month later the old token has expired.
        await Task.WhenAny(ready.Task, Task.WhenAll(callers));
        server.Clock.Turn(TimeSpan.FromDays(31));
        turned.SetResult(await TokenAsync());

        await Task.WhenAll(callers);
        Assert.NotEqual(old.Split('.')[0], (await turned.Task).Split('.')[0]);

        async Task<string> TokenAsync() => (string)(await page.LoginAsync())["auth_token"]!;
    }
}
