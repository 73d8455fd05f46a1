using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Statistics;

/// <summary>What pages tell of prompts, in calls that they make anyway.</summary>
public class PromptReportTests(ServerFixture server) : ServerTests(server)
{
    private const string Firefox = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0";

    private async Task<JsonNode> StatisticsAsync(TestApp app)
    {
        await Server.Services.GetRequiredService<StatisticsWriting>().WriteAsync(CancellationToken.None);
        return (await Manager.GetAsync($"apps/{app.Id}/statistics")).Expect(200).Json;
    }

    private static JsonObject Prompt(string kind, string result, string? error = null)
        => new() { ["kind"] = kind, ["result"] = result, ["error"] = error };

    [Fact]
    public async Task A_sign_in_and_a_registration_tell_what_their_prompts_came_to()
    {
        var app = await Manager.AppAsync();
        var (backend, page) = (new Backend(Server, app), new Page(Server, app) { UserAgent = Firefox });
        var transaction = (string)(await backend.CreateRegisterTransactionAsync("ann")).Expect(201).Json["transaction_id"]!;
        var started = (await page.PostAsync("register/transactions/webauthn/start", new JsonObject
        {
            ["transaction_id"] = transaction,
            ["prompt"] = Prompt("create", "failed", "InvalidStateError"),
        })).Expect(200);
        (await page.PostAsync("register/transactions/webauthn/finish", new JsonObject
        {
            ["handshake_id"] = (string)started.Json["handshake"]!["id"]!,
            ["handshake_response"] = page.Authenticator.Create(Page.OptionsOf(started), app.Origin).ToJsonObject(page.Shape),
            ["transaction_id"] = transaction,
            ["prompt"] = Prompt("create", "shown"),
        })).Expect(200);

        started = (await page.PostAsync(
            "authenticate/transactions/webauthn/start", new JsonObject { ["prompt"] = Prompt("immediate", "fallback") })).Expect(200);
        (await page.PostAsync("authenticate/transactions/webauthn/start", new JsonObject
        {
            ["prompt"] = Prompt("modal", "dismissed", "NotAllowedError"),
        })).Expect(200);
        (await page.PostAsync("authenticate/transactions/webauthn/finish", new JsonObject
        {
            ["handshake_id"] = (string)started.Json["handshake"]!["id"]!,
            ["handshake_response"] = page.Answer(started),
            ["prompt"] = Prompt("modal", "shown"),
        })).Expect(200);

        var statistics = await StatisticsAsync(app);

        Assert.Equal(
            [
                """{"kind":"create","browser":"Firefox","shown":1,"dismissed":0,"failed":1,"fallback":0}""",
                """{"kind":"modal","browser":"Firefox","shown":1,"dismissed":1,"failed":0,"fallback":0}""",
                """{"kind":"immediate","browser":"Firefox","shown":0,"dismissed":0,"failed":0,"fallback":1}""",
            ],
            statistics["prompts"]!.AsArray().Select(prompt => prompt!.ToJsonString()));
        Assert.Equal(
            ["create InvalidStateError", "modal NotAllowedError"],
            statistics["prompt_errors"]!.AsArray().Select(error => (string)error!["label"]!));

        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        var overview = (await viewer.GetAsync($"/console/apps/{app.Id}")).Expect(200).Text;
        Assert.Contains("Prompts by browser", overview, StringComparison.Ordinal);
        Assert.Contains("Sign-in prompt, Firefox", overview, StringComparison.Ordinal);
        Assert.Contains(
            "modal in Firefox: dismissed,1", (await viewer.GetAsync($"/console/apps/{app.Id}/data?chart=prompts")).Expect(200).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_of_a_strangers_own_are_ignored()
    {
        var app = await Manager.AppAsync();
        var page = new Page(Server, app) { UserAgent = $"nobody-{Guid.NewGuid()}" };
        foreach (var prompt in (string[])
            [
                """{"kind":"evil","result":"shown"}""", """{"kind":"modal","result":"evil"}""", """{"kind":"modal"}""", "{}", "null",
                $$"""{"kind":"{{new string('x', 10_000)}}","result":"shown"}""",
            ])
            (await page.PostAsync("authenticate/transactions/webauthn/start", $$"""{"prompt":{{prompt}}}""")).Expect(200);
        (await page.PostAsync(
            "authenticate/transactions/webauthn/start",
            """{"prompt":{"kind":"modal","result":"failed","error":"<b>EvilError</b>","more":1}}""")).Expect(200);

        var statistics = await StatisticsAsync(app);

        Assert.Equal(
            """[{"kind":"modal","browser":"Other","shown":0,"dismissed":0,"failed":1,"fallback":0}]""",
            statistics["prompts"]!.ToJsonString());
        Assert.Equal("[]", statistics["prompt_errors"]!.ToJsonString());
    }

    [Theory]
    [InlineData("\"shown\"")]
    [InlineData("""{"kind":5,"result":"shown"}""")]
    [InlineData("[]")]
    public async Task What_is_no_report_is_refused(string prompt) => await RefusedAsync(
        400, "invalid_request", () => Page.PostAsync("authenticate/transactions/webauthn/start", $$"""{"prompt":{{prompt}}}"""));

    [Fact]
    public async Task Reports_cost_no_row_for_each()
    {
        var app = await Manager.AppAsync();
        var page = new Page(Server, app) { UserAgent = Firefox };
        await StatisticsAsync(app);
        var before = Server.Rows();
        for (var i = 0; i < 50; i++)
            (await page.PostAsync(
                "authenticate/transactions/webauthn/start", new JsonObject { ["prompt"] = Prompt("autofill", "shown") })).Expect(200);

        Assert.Equal(before, Server.Rows());
        Assert.Equal(50, (int)(await StatisticsAsync(app))["prompts"]![0]!["shown"]!);
    }
}
