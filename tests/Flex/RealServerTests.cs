using System.Net;
using OpenPassage.Authenticator;

namespace OpenPassage.Flex.Tests;

/// <summary>The contract over HTTP.</summary>
public sealed class RealServerOverHttpTests(RealServer server) : RealServerTests(server), IClassFixture<RealServer>;

/// <summary>The same contract where server and backend are one application.</summary>
public sealed class RealServerInProcessTests(ServerInProcess server) : RealServerTests(server), IClassFixture<ServerInProcess>;

/// <summary>The SDK and the server know only the wire of each other: these tests are the contract between them.</summary>
public abstract class RealServerTests(RealServer server) : IDisposable
{
    private readonly PassageFlex passage = server.NewClient();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        passage.Dispose();
    }

    [Fact]
    public async Task A_user_registers_and_signs_in_and_the_nonces_tell_who_it_is()
    {
        var authenticator = new SoftwareAuthenticator();

        var transactionId = await passage.Auth.CreateRegisterTransactionAsync("alice", "alice@example.com");
        var registered = await server.RegisterAsync(authenticator, transactionId);
        Assert.Equal("alice", await passage.Auth.VerifyNonceAsync(registered));

        var signedIn = await server.AuthenticateAsync(authenticator, await passage.Auth.CreateAuthenticateTransactionAsync("alice"));
        Assert.Equal("alice", await passage.Auth.VerifyNonceAsync(signedIn));

        var picked = await server.AuthenticateAsync(authenticator);
        Assert.Equal("alice", await passage.Auth.VerifyNonceAsync(picked));
    }

    /// <summary>Threat 30.</summary>
    [Fact]
    public async Task A_nonce_tells_what_was_proved()
    {
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        var authenticator = new SoftwareAuthenticator();
        var registered = await passage.Auth.VerifyCeremonyAsync(
            await server.RegisterAsync(authenticator, await passage.Auth.CreateRegisterTransactionAsync("proved", "proved")));
        var passing = new SoftwareAuthenticator { UserPresent = false, UserVerified = false };
        var made = await passage.Auth.VerifyCeremonyAsync(
            await server.RegisterAsync(passing, await passage.Auth.CreateRegisterTransactionAsync("proved", "proved"), "conditional"));
        var signedIn = await passage.Auth.VerifyCeremonyAsync(await server.AuthenticateAsync(authenticator));

        Assert.Equal(("proved", PassageCeremony.Register, true, true), Told(registered));
        Assert.Equal(("proved", PassageCeremony.ConditionalCreate, false, false), Told(made));
        Assert.Equal(("proved", PassageCeremony.Authenticate, true, true), Told(signedIn));
        Assert.Equal((registered.DeviceId, "http://localhost:3000"), (signedIn.DeviceId, signedIn.Origin));
        Assert.InRange(signedIn.Time!.Value, before, before.AddMinutes(5));
        Assert.Equal(
            new[] { registered.DeviceId!, made.DeviceId! }.Order(StringComparer.Ordinal),
            (await passage.User.ListDevicesAsync("proved")).Select(device => device.Id).Order(StringComparer.Ordinal));
        Assert.All(await passage.User.ListDevicesAsync("proved"), device => Assert.Null(device.InactiveUntil));

        static (string, PassageCeremony?, bool?, bool?) Told(VerifiedCeremony told) =>
            (told.ExternalId, told.Ceremony, told.UserPresent, told.UserVerified);
    }

    [Fact]
    public async Task A_user_is_told_with_passkeys_and_counts()
    {
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        var authenticator = await server.EnrolAsync(passage, "counted");
        await server.AuthenticateAsync(authenticator);
        await server.AuthenticateAsync(authenticator);

        var user = await passage.User.GetAsync("counted");

        Assert.Equal(("counted", PassageUserStatus.Active, 2, true), (user.ExternalId, user.Status, user.LoginCount, user.WebAuthn));
        Assert.InRange(user.CreatedAt, before, before.AddMinutes(5));
        Assert.InRange(user.LastLoginAt!.Value, before, before.AddMinutes(5));
        Assert.Null(user.UserMetadata);
        var device = Assert.Single(user.WebAuthnDevices);
        Assert.Equal([device.Type], user.WebAuthnTypes);
        Assert.NotEqual(PassageDeviceType.Other, device.Type);
        Assert.NotEmpty(device.FriendlyName);
        Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(authenticator.Passkeys[0].Id), device.CredentialId);
        Assert.Equal(2, device.UsageCount);
    }

    [Fact]
    public async Task A_user_and_a_passkey_that_never_signed_in_say_never()
    {
        await server.EnrolAsync(passage, "newcomer");

        var user = await passage.User.GetAsync("newcomer");

        Assert.Null(user.LastLoginAt);
        Assert.Null(Assert.Single(user.WebAuthnDevices).LastLoginAt);
        Assert.Equal(0, user.LoginCount);
    }

    [Fact]
    public async Task A_user_exists_from_the_first_register_transaction_on()
    {
        await passage.Auth.CreateRegisterTransactionAsync("undecided", "Undecided");

        Assert.False((await passage.User.GetAsync("undecided")).WebAuthn);
        Assert.Empty(await passage.User.ListDevicesAsync("undecided"));
    }

    [Fact]
    public async Task A_renamed_device_keeps_its_name_when_it_signs_in()
    {
        var authenticator = await server.EnrolAsync(passage, "renamer");
        var device = Assert.Single(await passage.User.ListDevicesAsync("renamer"));

        await passage.User.RenameDeviceAsync("renamer", device.Id, "Work laptop 💻");
        await server.AuthenticateAsync(authenticator);

        Assert.Equal("Work laptop 💻", Assert.Single(await passage.User.ListDevicesAsync("renamer")).FriendlyName);
    }

    [Fact]
    public async Task A_revoked_device_is_gone_and_the_other_stays()
    {
        await server.EnrolAsync(passage, "two-devices");
        await server.EnrolAsync(passage, "two-devices");
        var devices = await passage.User.ListDevicesAsync("two-devices");

        var left = await passage.User.RevokeDeviceAsync("two-devices", devices[0].Id);
        Assert.Equal([devices[1].CredentialId], left!.AllAcceptedCredentialIds);

        Assert.Equal(devices[1].Id, Assert.Single(await passage.User.ListDevicesAsync("two-devices")).Id);
    }

    [Theory]
    [InlineData("<ne:alice>")]
    [InlineData("<like:%>")]
    [InlineData("a+b&c=d@example.com")]
    [InlineData("100% sûr/../?#\"\\ 🙂")]
    public async Task Any_external_id_finds_its_user_and_nobody_else(string externalId)
    {
        await passage.Auth.CreateRegisterTransactionAsync("alice", "Alice");
        var refusal = await Assert.ThrowsAsync<PassageException>(() => passage.User.GetAsync(externalId));
        Assert.Equal(PassageErrorCode.UserNotFound, refusal.Code);

        await server.EnrolAsync(passage, externalId);

        Assert.Equal(externalId, (await passage.User.GetAsync(externalId)).ExternalId);
        Assert.Single(await passage.User.ListDevicesAsync(externalId));
    }

    [Fact]
    public async Task The_case_of_an_external_id_matters()
    {
        await passage.Auth.CreateRegisterTransactionAsync("Carol", "Carol");

        var refusal = await Assert.ThrowsAsync<PassageException>(() => passage.User.GetAsync("carol"));

        Assert.Equal(PassageErrorCode.UserNotFound, refusal.Code);
    }

    public static TheoryData<string, PassageErrorCode, HttpStatusCode, Func<RealServer, PassageFlex, Task>> Refusals => new()
    {
        { "too long an external id", PassageErrorCode.InvalidRequest, HttpStatusCode.BadRequest,
            (_, passage) => passage.Auth.CreateRegisterTransactionAsync(new string('x', 100_000 / 2), "X") },
        { "an external id with U+0000", PassageErrorCode.InvalidRequest, HttpStatusCode.BadRequest,
            (_, passage) => passage.Auth.CreateAuthenticateTransactionAsync("a\0b") },
        { "a register transaction of a deactivated user", PassageErrorCode.OperationNotAllowed, HttpStatusCode.Forbidden,
            async (server, passage) =>
            {
                await passage.Auth.CreateRegisterTransactionAsync("barred", "Barred");
                server.Tamper("UPDATE users SET status = 'inactive' WHERE external_id = @external_id", "barred");
                await passage.Auth.CreateRegisterTransactionAsync("barred", "Barred");
            }
        },
        { "an authenticate transaction of a deactivated user", PassageErrorCode.OperationNotAllowed, HttpStatusCode.Forbidden,
            async (server, passage) =>
            {
                await server.EnrolAsync(passage, "retired");
                server.Tamper("UPDATE users SET status = 'inactive' WHERE external_id = @external_id", "retired");
                await passage.Auth.CreateAuthenticateTransactionAsync("retired");
            }
        },
        { "another app's key", PassageErrorCode.InvalidAccessToken, HttpStatusCode.Unauthorized,
            async (server, _) =>
            {
                using var stranger = server.NewClient(apiKey: "key-of-somebody-else");
                await stranger.Auth.CreateAuthenticateTransactionAsync("alice");
            }
        },
        { "an unknown app", PassageErrorCode.AppNotFound, HttpStatusCode.NotFound,
            async (server, _) =>
            {
                using var stranger = server.NewClient(appId: "nobody/..");
                await stranger.User.GetAsync("alice");
            }
        },
        { "a nonce that is none", PassageErrorCode.InvalidNonce, HttpStatusCode.Unauthorized,
            (_, passage) => passage.Auth.VerifyNonceAsync("no nonce") },
        { "a spent nonce", PassageErrorCode.InvalidNonce, HttpStatusCode.Unauthorized,
            async (server, passage) =>
            {
                var authenticator = await server.EnrolAsync(passage, "spender");
                var nonce = await server.AuthenticateAsync(authenticator);
                await passage.Auth.VerifyNonceAsync(nonce);
                await passage.Auth.VerifyNonceAsync(nonce);
            }
        },
        { "a nonce of a user who was deactivated since", PassageErrorCode.InvalidNonce, HttpStatusCode.Unauthorized,
            async (server, passage) =>
            {
                var nonce = await server.AuthenticateAsync(await server.EnrolAsync(passage, "leaver"));
                server.Tamper("UPDATE users SET status = 'inactive' WHERE external_id = @external_id", "leaver");
                await passage.Auth.VerifyNonceAsync(nonce);
            }
        },
        { "a nonce of a passkey that was revoked since", PassageErrorCode.InvalidNonce, HttpStatusCode.Unauthorized,
            async (server, passage) =>
            {
                var nonce = await server.AuthenticateAsync(await server.EnrolAsync(passage, "loser"));
                await passage.User.RevokeDeviceAsync("loser", (await passage.User.ListDevicesAsync("loser"))[0].Id);
                await passage.Auth.VerifyNonceAsync(nonce);
            }
        },
        { "signing in an unknown user", PassageErrorCode.UserNotFound, HttpStatusCode.NotFound,
            (_, passage) => passage.Auth.CreateAuthenticateTransactionAsync("nobody") },
        { "getting an unknown user", PassageErrorCode.UserNotFound, HttpStatusCode.NotFound,
            (_, passage) => passage.User.GetAsync("nobody") },
        { "listing an unknown user's devices", PassageErrorCode.UserNotFound, HttpStatusCode.NotFound,
            (_, passage) => passage.User.ListDevicesAsync("nobody") },
        { "revoking an unknown user's device", PassageErrorCode.UserNotFound, HttpStatusCode.NotFound,
            (_, passage) => passage.User.RevokeDeviceAsync("nobody", "d1") },
        { "signing in without a passkey", PassageErrorCode.UserHasNoPasskeys, HttpStatusCode.Conflict,
            async (_, passage) =>
            {
                await passage.Auth.CreateRegisterTransactionAsync("without", "Without");
                await passage.Auth.CreateAuthenticateTransactionAsync("without");
            }
        },
        { "an unknown device", PassageErrorCode.DeviceNotFound, HttpStatusCode.NotFound,
            async (server, passage) =>
            {
                await server.EnrolAsync(passage, "owner");
                await passage.User.RevokeDeviceAsync("owner", "d/../1");
            }
        },
        { "another user's device", PassageErrorCode.DeviceNotFound, HttpStatusCode.NotFound,
            async (server, passage) =>
            {
                await server.EnrolAsync(passage, "owner");
                await server.EnrolAsync(passage, "thief");
                await passage.User.RevokeDeviceAsync("thief", (await passage.User.ListDevicesAsync("owner"))[0].Id);
            }
        },
    };

    [Theory]
    [MemberData(nameof(Refusals), DisableDiscoveryEnumeration = true)]
    public async Task Refuses(string what, PassageErrorCode code, HttpStatusCode status, Func<RealServer, PassageFlex, Task> act)
    {
        var refusal = await Assert.ThrowsAsync<PassageException>(() => act(server, passage));

        Assert.True(
            (code, status) == (refusal.Code, refusal.StatusCode),
            $"{what}: {refusal.CodeText} {refusal.StatusCode} {refusal.Message}");
        Assert.NotEmpty(refusal.Message);
    }

    [Fact]
    public async Task A_server_that_fails_says_so()
    {
        await using var broken = Another();
        await broken.InitializeAsync();
        using var client = broken.NewClient();
        broken.Tamper("ALTER TABLE users RENAME TO lost");

        var refusal = await Assert.ThrowsAsync<PassageException>(() => client.User.GetAsync("alice"));

        Assert.Equal((PassageErrorCode.InternalServerError, HttpStatusCode.InternalServerError), (refusal.Code, refusal.StatusCode));
    }

    [Fact]
    public async Task A_code_without_a_name_of_its_own_keeps_its_text()
    {
        await using var strict = Another("Limits:FailedKeysPerMinute=1");
        await strict.InitializeAsync();
        using var client = strict.NewClient(apiKey: "key-of-somebody-else");
        await Assert.ThrowsAsync<PassageException>(() => client.User.GetAsync("alice"));

        var refusal = await Assert.ThrowsAsync<PassageException>(() => client.User.GetAsync("alice"));

        Assert.Equal(
            (PassageErrorCode.Other, "exceeded_attempts", HttpStatusCode.TooManyRequests),
            (refusal.Code, refusal.CodeText, refusal.StatusCode));
    }

    [Fact]
    public async Task A_server_that_stopped_is_a_connection_failure()
    {
        var stopped = Another();
        await stopped.InitializeAsync();
        using var client = stopped.NewClient();
        await client.Auth.CreateRegisterTransactionAsync("alice", "Alice");
        await stopped.DisposeAsync();

        await Assert.ThrowsAsync<PassageConnectionException>(() => client.User.GetAsync("alice"));
    }

    [Fact]
    public async Task Who_cancels_a_call_is_told_that_it_was_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => passage.User.GetAsync("alice", cancelled.Token));
    }

    /// <summary>A server of the test's own, reached in the same way.</summary>
    private RealServer Another(params string[] settings) => new() { IsInProcess = server.IsInProcess, Settings = settings };
}
