using System.Text.Json.Nodes;

namespace OpenPassage.Complete.Tests;

/// <summary>Users as a backend manages them, against the real server over HTTP.</summary>
public sealed class ManagementOverHttp(CompleteServer server) : ManagementTests(server), IClassFixture<CompleteServer>;

/// <summary>The same, with the server in the application of its client.</summary>
public sealed class ManagementInProcess(ServerInProcess server) : ManagementTests(server), IClassFixture<ServerInProcess>;

public abstract class ManagementTests(CompleteServer server) : IDisposable
{
    private readonly Passage passage = server.NewClient();
    private readonly CompletePage page = server.NewPage();

    public void Dispose()
    {
        passage.Dispose();
        page.Dispose();
        GC.SuppressFinalize(this);
    }

    private static string NewEmail() => $"user-{Guid.NewGuid():N}@example.com";

    private async Task<string> SignUpAsync(string email) => await passage.Auth.ValidateJwtAsync(await page.RegisterAsync(email));

    private static async Task RefusedAsync(PassageErrorCode code, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<PassageException>(call);
        Assert.True(code == refused.Code, $"{refused.CodeText}: {refused.Message}");
    }

    [Fact]
    public async Task A_created_user_is_pending_and_found_by_both_identifiers()
    {
        var email = NewEmail();
        var phone = NewPhone();

        var made = await passage.User.CreateAsync(new()
        {
            Email = email.ToUpperInvariant(), Phone = phone, UserMetadata = new JsonObject { ["plan"] = "pro" },
        });

        Assert.Equal((email, phone, PassageUserStatus.Pending, false), (made.Email, made.Phone, made.Status, made.WebAuthn));
        Assert.Equal("pro", made.UserMetadata?.GetProperty("plan").GetString());
        Assert.Null(made.LastLoginAt);
        foreach (var identifier in new[] { email, email.ToUpperInvariant(), $" {email} ", phone, $"{phone[..2]}-{phone[2..]}" })
            Assert.Equal(made.Id, (await passage.User.GetByIdentifierAsync(identifier)).Id);
    }

    [Fact]
    public async Task A_link_signs_in_whom_it_was_made_for()
    {
        var email = NewEmail();

        var link = await passage.Auth.CreateMagicLinkAsync(new()
        {
            Email = email, MagicLinkPath = "/in", RedirectUrl = "/welcome", Lifetime = TimeSpan.FromMinutes(10), Language = "de",
        });

        Assert.Equal(
            (email, "/welcome", TimeSpan.FromMinutes(10), $"/in?psg_magic_link={link.Secret}"),
            (link.Identifier, link.RedirectUrl, link.Lifetime, new Uri(link.Url).PathAndQuery));
        Assert.Equal(link.UserId, await passage.Auth.ValidateJwtAsync(await page.OpenLinkAsync(link.Secret)));
        Assert.Equal(link.UserId, (await passage.Auth.CreateMagicLinkAsync(new() { UserId = link.UserId, Send = true })).UserId);
        var verifying = await passage.Auth.CreateMagicLinkAsync(new() { UserId = link.UserId, Type = MagicLinkType.VerifyIdentifier });
        Assert.Contains($"psg_verify_link={verifying.Secret}", verifying.Url, StringComparison.Ordinal);
        await RefusedAsync(PassageErrorCode.UserNotFound, () => passage.Auth.CreateMagicLinkAsync(new() { UserId = "nobody" }));
        await RefusedAsync(PassageErrorCode.InvalidRequest, () => passage.Auth.CreateMagicLinkAsync(new() { Email = "a@b" }));
        await RefusedAsync(
            PassageErrorCode.CustomProviderRequired,
            () => passage.Auth.CreateMagicLinkAsync(new() { Phone = NewPhone(), Send = true }));
    }

    [Fact]
    public async Task A_user_who_signed_up_is_found_by_the_address()
    {
        var email = NewEmail();
        var id = await SignUpAsync(email);

        var user = await passage.User.GetByIdentifierAsync(email);

        Assert.Equal((id, email, PassageUserStatus.Active), (user.Id, user.Email, user.Status));
    }

    [Fact]
    public async Task An_address_beyond_ASCII_finds_its_user()
    {
        var local = $"user-{Guid.NewGuid():N}";
        var made = await passage.User.CreateAsync(new() { Email = $"{local}@bücher.example" });

        Assert.Equal(made.Id, (await passage.User.GetByIdentifierAsync($"{local}@BÜCHER.example")).Id);
        await RefusedAsync(PassageErrorCode.UserNotFound, () => passage.User.GetByIdentifierAsync($"x{local}@bücher.example"));
    }

    [Fact]
    public async Task What_cannot_be_created_is_refused_in_a_sentence()
    {
        var email = NewEmail();
        await passage.User.CreateAsync(new() { Email = email });

        await RefusedAsync(PassageErrorCode.InvalidRequest, () => passage.User.CreateAsync(new() { Email = email }));
        await RefusedAsync(PassageErrorCode.InvalidRequest, () => passage.User.CreateAsync(new() { Email = "a@b" }));
        await RefusedAsync(PassageErrorCode.InvalidRequest, () => passage.User.CreateAsync(new() { Phone = "123" }));
        await RefusedAsync(
            PassageErrorCode.InvalidRequest,
            () => passage.User.CreateAsync(new() { Email = NewEmail(), UserMetadata = new JsonObject { ["no such field"] = 1 } }));
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_nothing_else()
    {
        var (email, other) = (NewEmail(), NewEmail());
        var id = (await passage.User.CreateAsync(new() { Email = email, UserMetadata = new JsonObject { ["plan"] = "pro" } })).Id;
        var phone = NewPhone();

        var withPhone = await passage.User.UpdateAsync(id, new() { Phone = phone });
        Assert.Equal((email, phone, "pro"), (withPhone.Email, withPhone.Phone, withPhone.UserMetadata?.GetProperty("plan").GetString()));

        var moved = await passage.User.UpdateAsync(id, new() { Email = other, UserMetadata = new JsonObject { ["plan"] = null } });
        Assert.Equal((other, phone), (moved.Email, moved.Phone));
        Assert.False(moved.UserMetadata is { } metadata && metadata.TryGetProperty("plan", out _));

        Assert.Null((await passage.User.UpdateAsync(id, new() { Phone = "" })).Phone);
        await RefusedAsync(PassageErrorCode.UserNotFound, () => passage.User.GetByIdentifierAsync(email));
        Assert.Equal(id, (await passage.User.GetByIdentifierAsync(other)).Id);
    }

    [Fact]
    public async Task A_deactivated_user_is_kept_out_until_activated()
    {
        var id = await SignUpAsync(NewEmail());
        var tokens = await page.LoginAsync();

        Assert.Equal(PassageUserStatus.Inactive, (await passage.User.DeactivateAsync(id)).Status);

        Assert.Null(await page.RefreshAsync((string)tokens["refresh_token"]!));
        await Assert.ThrowsAnyAsync<Exception>(page.LoginAsync);
        // As the README says: the token that was issued before is valid until it expires.
        Assert.Equal(id, await passage.Auth.ValidateJwtAsync((string)tokens["auth_token"]!));

        Assert.Equal(PassageUserStatus.Active, (await passage.User.ActivateAsync(id)).Status);
        Assert.Equal(id, await passage.Auth.ValidateJwtAsync((string)(await page.LoginAsync())["auth_token"]!));
    }

    [Fact]
    public async Task Revoked_refresh_tokens_get_no_token_any_more_and_a_new_sign_in_does()
    {
        var id = await SignUpAsync(NewEmail());
        var (first, second) = (await page.LoginAsync(), await page.LoginAsync());

        await passage.User.RevokeRefreshTokensAsync(id);

        Assert.Null(await page.RefreshAsync((string)first["refresh_token"]!));
        Assert.Null(await page.RefreshAsync((string)second["refresh_token"]!));
        Assert.NotNull(await page.RefreshAsync((string)(await page.LoginAsync())["refresh_token"]!));
    }

    [Fact]
    public async Task A_deleted_user_is_gone()
    {
        var email = NewEmail();
        var id = await SignUpAsync(email);

        await passage.User.DeleteAsync(id);

        await RefusedAsync(PassageErrorCode.UserNotFound, () => passage.User.GetAsync(id));
        await RefusedAsync(PassageErrorCode.UserNotFound, () => passage.User.GetByIdentifierAsync(email));
        Assert.NotEqual(id, (await passage.User.CreateAsync(new() { Email = email })).Id);
    }

    [Fact]
    public async Task A_user_who_is_not_there_is_not_found_by_any_call()
    {
        await RefusedAsync(PassageErrorCode.UserNotFound, () => passage.User.UpdateAsync("nobody", new() { Email = NewEmail() }));
        await RefusedAsync(PassageErrorCode.UserNotFound, () => passage.User.ActivateAsync("nobody"));
        await RefusedAsync(PassageErrorCode.UserNotFound, () => passage.User.DeactivateAsync("nobody"));
        await RefusedAsync(PassageErrorCode.UserNotFound, () => passage.User.DeleteAsync("nobody"));
        await RefusedAsync(PassageErrorCode.UserNotFound, () => passage.User.RevokeRefreshTokensAsync("nobody"));
    }

    [Fact]
    public async Task A_key_that_is_rotated_in_an_emergency_is_soon_believed_no_more_and_the_next_one_at_once()
    {
        await SignUpAsync(NewEmail());
        var stolen = (string)(await page.LoginAsync())["auth_token"]!;
        await passage.Auth.ValidateJwtAsync(stolen);

        await server.RotateAsync(withdraw: true);

        await passage.Auth.ValidateJwtAsync((string)(await page.LoginAsync())["auth_token"]!);
        using var started = server.NewClient();
        await RefusedAsync(PassageErrorCode.InvalidToken, () => started.Auth.ValidateJwtAsync(stolen));
    }

    // 555-0100 to 555-0199 are for examples, and no valid numbers; these are.
    private static int phones = 2000;

    /// <summary>A number that no other test uses.</summary>
    private static string NewPhone() => $"+1415555{Interlocked.Increment(ref phones):0000}";
}
