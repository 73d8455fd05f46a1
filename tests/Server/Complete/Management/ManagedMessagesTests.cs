using System.Text.Json.Nodes;
using OpenPassage.Server.Tests.Messages;

namespace OpenPassage.Server.Tests.Complete.Management;

/// <summary>Messages for who manages an app: listed, tested, looked at.</summary>
public class ManagedMessagesTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private const string Messages = $"apps/{CompleteSite.AppId}/messages";

    private readonly Manager manager = new(site, ServerFixture.AdminKey);

    [Fact]
    public async Task They_are_listed_page_by_page_without_what_they_say_or_to_whom()
    {
        var app = await AppAsync();
        for (var one = 0; one < 3; one++)
        {
            (await TestAsync(app, $"person-{one}@shop.example")).Expect(200);
            site.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        List<JsonNode> read = [];
        string? next = "";
        while (next is not null)
        {
            var page = (await manager.GetAsync($"apps/{app}/messages?limit=2&cursor={next}")).Expect(200);
            Assert.DoesNotContain("person-", page.Text, StringComparison.Ordinal);
            read.AddRange(page.Json["messages"]!.AsArray().Select(message => message!));
            next = (string?)page.Json["next"];
        }

        Assert.Equal(3, read.Select(message => (string)message["id"]!).Distinct().Count());
        Assert.Equal(read.Select(message => (string)message["created_at"]!).OrderDescending(), read.Select(At));
        Assert.All(read, message => Assert.Equal(
            ("test", "email", "en", "shop.example"),
            ((string)message["kind"]!, (string)message["channel"]!, (string)message["language"]!, (string)message["receiver"]!)));
        Assert.Empty((await manager.GetAsync($"apps/{app}/messages?state=refused")).Expect(200).Json["messages"]!.AsArray());
        foreach (var wrong in (string[])["state=party", "limit=0", "limit=x", "cursor=%21"])
            Assert.Equal((400, "invalid_request"), (await manager.GetAsync($"apps/{app}/messages?{wrong}")).Refused);

        static string At(JsonNode message) => (string)message["created_at"]!;
    }

    [Fact]
    public async Task A_test_is_sent_and_stands_in_the_list()
    {
        var app = await AppAsync(new JsonObject { ["default_language"] = "pl" });

        var sent = (await TestAsync(app, "Ada@Shop.example")).Expect(200).Json["message"]!;

        Assert.Equal(("test", "pl", "shop.example"), ((string)sent["kind"]!, (string)sent["language"]!, (string)sent["receiver"]!));
        for (var tries = 0; ; tries++)
        {
            var listed = (await manager.GetAsync($"apps/{app}/messages?state=sent")).Expect(200).Json["messages"]!.AsArray();
            if (listed.Count == 1 || tries > 3000)
            {
                Assert.Equal((string)sent["id"]!, (string)Assert.Single(listed)!["id"]!);
                Assert.Null(listed[0]!["next_try_at"]);
                Assert.NotNull(listed[0]!["ended_at"]);
                break;
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Threat 38.</summary>
    [Fact]
    public async Task An_apps_key_sees_and_sends_its_own_apps_messages_alone()
    {
        await site.WriteAsync(site.Code("theirs@elsewhere.example"));
        var other = new Manager(site, (await manager.KeyAsync(CompleteSite.OtherAppId, "admin"))["secret"]);
        var plain = new Manager(site, CompleteSite.ApiKey);
        var before = site.Rows();

        foreach (var path in (string[])[Messages, $"{Messages}/preview?kind=test"])
        {
            Assert.Equal(401, (await other.GetAsync(path)).Status);
            Assert.Equal(403, (await plain.GetAsync(path)).Status);
        }

        var to = new JsonObject { ["to"] = "ada@shop.example" };
        Assert.Equal(401, (await other.PostAsync($"{Messages}/test", to)).Status);
        Assert.Equal(403, (await plain.PostAsync($"{Messages}/test", to)).Status);
        var own = (await other.GetAsync($"apps/{CompleteSite.OtherAppId}/messages")).Expect(200).Text;
        Assert.DoesNotContain("elsewhere.example", own, StringComparison.Ordinal);
        Assert.Contains("elsewhere.example", (await manager.GetAsync(Messages)).Expect(200).Text, StringComparison.Ordinal);
        Assert.Equal(AuditIn(before), AuditIn(site.Rows()));

        static IEnumerable<string> AuditIn(string rows)
            => rows.Split('\n').Where(row => row.StartsWith("audit:", StringComparison.Ordinal));
    }

    /// <summary>Threat 37.</summary>
    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"to":null}""")]
    [InlineData("""{"to":"ada@shop.example\r\nBcc: eve@evil.example"}""")]
    [InlineData("""{"to":"ada@shop.example, eve@evil.example"}""")]
    [InlineData("""{"to":["ada@shop.example"]}""")]
    [InlineData("""{"to":"+4915123456789"}""")]
    public async Task A_receiver_that_is_none_gets_nothing(string body)
    {
        var app = await AppAsync();
        var before = site.Rows();

        var refused = await manager.PostAsync($"apps/{app}/messages/test", JsonNode.Parse(body)!.AsObject());

        Assert.Equal((400, "invalid_request"), refused.Refused);

        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task An_app_sends_twenty_tests_an_hour_and_is_told_when_it_may_again()
    {
        var app = await AppAsync();
        for (var one = 0; one < 20; one++)
            (await TestAsync(app, "ada@shop.example")).Expect(200);
        site.Clock.Advance(TimeSpan.FromMinutes(20));

        var refused = await TestAsync(app, "ada@shop.example");

        Assert.Equal((429, "exceeded_attempts"), refused.Refused);
        Assert.Equal("2400", refused.Header("Retry-After"));
        site.Clock.Advance(TimeSpan.FromMinutes(40));
        (await TestAsync(app, "ada@shop.example")).Expect(200);
    }

    [Fact]
    public async Task A_message_is_looked_at_with_a_sample()
    {
        var mail = (await manager.GetAsync($"{Messages}/preview?kind=sign_in_link&language=de")).Expect(200).Json;
        Assert.Equal("Bei The shop anmelden", (string)mail["subject"]!);
        Assert.Contains("https://www.shop.example/?psg_magic_link=this-sample-link-opens-nothing--", (string)mail["text"]!);
        Assert.StartsWith("<!DOCTYPE html>", (string)mail["html"]!, StringComparison.Ordinal);

        var sms = (await manager.GetAsync($"{Messages}/preview?kind=sign_in_code&channel=phone")).Expect(200).Json;
        Assert.Equal(("phone", "en", null, null), ((string)sms["channel"]!, (string)sms["language"]!, sms["subject"], sms["html"]));
        Assert.StartsWith("123456 is your code for The shop.", (string)sms["text"]!, StringComparison.Ordinal);

        foreach (var wrong in (string[])["", "kind=party", "kind=test&language=xx", "kind=test&channel=pigeon"])
            Assert.Equal((400, "invalid_request"), (await manager.GetAsync($"{Messages}/preview?{wrong}")).Refused);
    }

    private Task<Reply> TestAsync(string app, string to) => manager.PostAsync($"apps/{app}/messages/test", new JsonObject { ["to"] = to });

    private async Task<string> AppAsync(JsonObject? settings = null)
    {
        settings ??= [];
        settings["type"] = "complete";
        settings["rp_id"] = "shop.example";
        settings["origins"] = new JsonArray(CompleteSite.Origin);
        return (await manager.AppAsync(settings)).Id;
    }
}
