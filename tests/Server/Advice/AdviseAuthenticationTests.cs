using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Tests.Advice;

public class AdviseAuthenticationTests(ServerFixture server) : ServerTests(server)
{
    private const string Path = "authenticate/advice";
    private const string Start = "authenticate/transactions/webauthn/start";
    private const string OnIphone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1";
    private const string OnWindows =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    private static readonly Guid ICloud = new("dd4ec289-e01d-41c9-bb89-70fa845d4bf2");

    private static JsonObject Body(string? transaction = null) => new()
    {
        ["transaction_id"] = transaction,
        ["capabilities"] = new JsonObject { ["local"] = true, ["autofill"] = true, ["phone"] = true, ["immediate"] = false },
    };

    private static (string, string) Told(Reply reply)
    {
        var answer = reply.Expect(200).Json.AsObject();
        Assert.Equal(["advice", "reason"], answer.Select(member => member.Key));
        return ((string)answer["advice"]!, (string)answer["reason"]!);
    }

    private Page At(string userAgent) => new(Server, App) { UserAgent = userAgent };

    private async Task<string> WithICloudPasskeyAsync()
    {
        var user = NewUser();
        (await At(OnIphone).RegisterAsync(await RegisterTransactionAsync(user), ceremony =>
        {
            ceremony.Transports = ["hybrid", "internal"];
            ceremony.AuthenticatorData.Aaguid = ICloud;
            ceremony.AuthenticatorData.BackupEligible = ceremony.AuthenticatorData.BackupState = true;
        })).Expect(200);
        return user;
    }

    private async Task<string> RecognizedAsync(string user) => (await Backend.PostAsync(
        "transactions/authenticate", $$"""{"external_id":"{{user}}","recognized":true}""")).Expect(201)["transaction_id"]!;

    [Fact]
    public async Task Without_a_transaction_it_goes_by_what_the_page_can_do()
    {
        var before = Server.Rows();

        Assert.Equal(("autofill", "nobody_named"), Told(await Page.PostAsync(Path, Body())));
        Assert.Equal(("local", "nobody_named"), Told(await Page.PostAsync(Path, "{}")));
        Assert.Equal(("fallback", "no_webauthn"), Told(await Page.PostAsync(
            Path, """{"capabilities":{"local":false,"autofill":false,"phone":false,"immediate":false}}""")));

        Assert.Equal(before, Server.Rows());
    }

    /// <summary>Threat 35: a stranger who has typed a name learns no more than the options tell.</summary>
    [Fact]
    public async Task A_transaction_of_somebody_who_was_only_named_tells_what_the_options_tell()
    {
        var transaction = await AuthenticateTransactionAsync(await WithICloudPasskeyAsync());
        var before = Server.Rows();

        foreach (var userAgent in (string[])[OnIphone, OnWindows, ""])
            Assert.Equal(("local", "may_be_here"), Told(await At(userAgent).PostAsync(Path, Body(transaction))));

        Assert.Equal(before, Server.Rows());
    }

    [Fact]
    public async Task A_backend_that_knows_the_browser_lets_it_use_all_that_is_kept()
    {
        var transaction = await RecognizedAsync(await WithICloudPasskeyAsync());

        Assert.Equal(("local", "synced_here"), Told(await At(OnIphone).PostAsync(Path, Body(transaction))));
        Assert.Equal(("phone", "synced_elsewhere"), Told(await At(OnWindows).PostAsync(Path, Body(transaction))));
    }

    [Fact]
    public async Task A_passkey_that_stays_on_its_device_is_looked_for_where_it_was_used_last()
    {
        var user = NewUser();
        var atWork = At(OnWindows);
        (await atWork.RegisterAsync(await RegisterTransactionAsync(user), ceremony => ceremony.Transports = ["internal"])).Expect(200);
        var transaction = await RecognizedAsync(user);

        Assert.Equal(("local", "made_on_this_system"), Told(await At(OnWindows).PostAsync(Path, Body(transaction))));
        Assert.Equal(("fallback", "bound_elsewhere"), Told(await At(OnIphone).PostAsync(Path, Body(transaction))));
    }

    [Fact]
    public async Task A_start_answers_the_same_to_a_page_that_says_what_it_can_do_and_nothing_new_to_others()
    {
        var user = await WithICloudPasskeyAsync();
        foreach (var transaction in (string?[])[null, await AuthenticateTransactionAsync(user), await RecognizedAsync(user)])
        {
            var page = At(OnWindows);
            var told = Told(await page.PostAsync(Path, Body(transaction)));

            var started = (await page.PostAsync(Start, Body(transaction))).Expect(200).Json.AsObject();
            Assert.Equal(["handshake", "transaction_id", "advice"], started.Select(member => member.Key));
            Assert.Equal(told, ((string)started["advice"]!["advice"]!, (string)started["advice"]!["reason"]!));

            var official = (await page.StartAuthenticationAsync(transaction)).Expect(200).Json.AsObject();
            Assert.Equal(["handshake", "transaction_id"], official.Select(member => member.Key));
        }
    }

    [Fact]
    public async Task It_begins_no_ceremony()
    {
        var app = await Manager.AppAsync();
        for (var i = 0; i < 3; i++)
            Told(await new Page(Server, app).PostAsync(Path, Body()));

        await Server.Services.GetRequiredService<StatisticsWriting>().WriteAsync(CancellationToken.None);
        var ceremonies = (await Manager.GetAsync($"apps/{app.Id}/statistics")).Expect(200).Json["ceremonies"]!.AsArray();
        Assert.All(ceremonies, ceremony => Assert.Equal(0, (int)ceremony!["begun"]!));
    }

    [Fact]
    public async Task Where_the_start_refuses_so_does_advice()
    {
        var user = await RegisteredAsync();
        var used = await AuthenticateTransactionAsync(user);
        (await Page.AuthenticateAsync(used)).Expect(200);
        await RefusedAsync(404, "transaction_not_found", () => Page.PostAsync(Path, Body(used)));
        await RefusedAsync(404, "transaction_not_found", () => Page.PostAsync(Path, Body("nothing")));

        var transaction = await AuthenticateTransactionAsync(user);
        await DeactivateAsync(user);
        await RefusedAsync(403, "user_not_active", () => Page.PostAsync(Path, Body(transaction)));
    }

    [Fact]
    public async Task Somebody_whose_last_passkey_was_revoked_takes_the_other_way()
    {
        var user = await RegisteredAsync();
        var transaction = await AuthenticateTransactionAsync(user);
        var id = await Backend.UserIdAsync(user);
        var device = (string)(await Backend.ListDevicesAsync(id)).Json["devices"]![0]!["id"]!;
        (await Backend.RevokeDeviceAsync(id, device)).Expect(200);

        Assert.Equal(("fallback", "no_passkey"), Told(await Page.PostAsync(Path, Body(transaction))));
    }

    /// <summary>Threat 38.</summary>
    [Fact]
    public async Task A_transaction_of_another_app_is_refused()
    {
        var user = NewUser();
        (await OtherPage.RegisterAsync(
            (string)(await OtherBackend.CreateRegisterTransactionAsync(user)).Json["transaction_id"]!)).Expect(200);
        var theirs = (string)(await OtherBackend.CreateAuthenticateTransactionAsync(user)).Expect(201).Json["transaction_id"]!;

        await RefusedAsync(404, "transaction_not_found", () => Page.PostAsync(Path, Body(theirs)));
    }

    [Theory]
    [InlineData("""{"transaction_id":""}""")]
    [InlineData("""{"transaction_id":"a","identifier":"ann@example.com"}""")]
    [InlineData("""{"identifier":"ann@example.com"}""")]
    [InlineData("""{"capabilities":"all"}""")]
    [InlineData("""{"capabilities":{"local":"yes"}}""")]
    [InlineData("[]")]
    public async Task What_is_no_question_is_refused(string body)
        => await RefusedAsync(400, "invalid_request", () => Page.PostAsync(Path, body));

    [Fact]
    public async Task Members_that_nobody_knows_are_ignored()
        => Assert.Equal(
            ("local", "nobody_named"), Told(await Page.PostAsync(Path, """{"capabilities":{"teleport":true,"local":null},"x":{}}""")));
}
