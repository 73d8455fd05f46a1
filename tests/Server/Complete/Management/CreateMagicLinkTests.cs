using System.Text.Json.Nodes;
using OpenPassage.Server.Tests.Complete.Codes;
using OpenPassage.Server.Tests.Complete.Links;

namespace OpenPassage.Server.Tests.Complete.Management;

public class CreateMagicLinkTests(LinkSite site) : IClassFixture<LinkSite>
{
    private readonly Office office = new(site);
    private readonly Inbox inbox = new(site);

    [Fact]
    public async Task A_backend_makes_an_account_and_the_link_that_signs_its_user_in()
    {
        var email = CompleteSite.NewEmail();

        var answer = (await CreateAsync(new JsonObject
        {
            ["email"] = email, ["channel"] = "email", ["type"] = "login", ["magic_link_path"] = "/in?a=b#c", ["redirect_url"] = "/welcome",
            ["ttl"] = 60, ["user_id"] = null, ["phone"] = null, ["language"] = null, ["send"] = false,
        })).Expect(201);

        var link = answer.Json["magic_link"]!;
        var (id, secret) = ((string)link["user_id"]!, (string)link["secret"]!);
        Assert.Equal(
            (false, CompleteSite.AppId, email, "/welcome", 60, "login"),
            ((bool)link["activated"]!, (string)link["app_id"]!, (string)link["identifier"]!, (string)link["redirect_url"]!,
                (int)link["ttl"]!, (string)link["type"]!));
        Assert.Equal($"{CompleteSite.Origin}/in?a=b&psg_magic_link={secret}#c", (string)link["url"]!);
        Assert.Equal("pending", (string)(await office.UserAsync(id))["status"]!);

        var visitor = new Visitor(site);
        site.Clock.Advance(TimeSpan.FromMinutes(59));
        var opened = (await OpenAsync(visitor, secret)).Expect(200);
        visitor.Keep(opened);
        Assert.Equal((id, "/welcome"), (visitor.UserId, (string)opened.Json["auth_result"]!["redirect_url"]!));
        Assert.Equal("active", (string)(await office.UserAsync(id))["status"]!);
        // The one whom nobody could claim may have a passkey now.
        (await visitor.FinishDeviceAsync((await visitor.StartDeviceAsync()).Expect(200))).Expect(200);
    }

    [Fact]
    public async Task Two_networks_may_open_it_and_the_second_ends_what_the_first_has_begun()
    {
        using var scanner = new Place(site);
        using var home = new Place(site);
        using var third = new Place(site);
        var secret = (string)(await CreateAsync(new JsonObject { ["email"] = CompleteSite.NewEmail() })).Expect(201)
            .Json["magic_link"]!["secret"]!;
        var (bot, person) = (new Visitor(site) { From = scanner.Http }, new Visitor(site) { From = home.Http });

        bot.Keep((await OpenAsync(bot, secret)).Expect(200));
        person.Keep((await OpenAsync(person, secret)).Expect(200));

        Assert.Equal(401, (await bot.GetAsync("currentuser")).Status);
        (await person.GetAsync("currentuser")).Expect(200);
        Assert.Equal(404, (await OpenAsync(new Visitor(site) { From = third.Http }, secret)).Status);
    }

    [Fact]
    public async Task It_is_sent_where_that_is_asked_for()
    {
        var email = CompleteSite.NewEmail();
        var id = await office.CreateAsync(email);

        var link = (await CreateAsync(new JsonObject { ["user_id"] = id, ["send"] = true, ["language"] = "de" })).Expect(201)
            .Json["magic_link"]!;

        Assert.Equal((string)link["url"]!, (await inbox.LastAsync(email)).Link);
        Assert.Equal(id, (string)link["user_id"]!);
    }

    [Fact]
    public async Task Without_a_way_to_send_text_messages_none_is_made_to_be_sent()
    {
        var id = await office.CreateAsync("", Office.NewPhone());
        var before = site.Rows();

        Assert.Equal((400, "custom_provider_required"), (await CreateAsync(new() { ["user_id"] = id, ["send"] = true })).Refused);
        Assert.Equal(before, site.Rows());
        (await CreateAsync(new() { ["user_id"] = id })).Expect(201);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"email":"ann@shop.example","phone":"+14155550123"}""")]
    [InlineData("""{"email":"ann@localhost"}""")]
    [InlineData("""{"email":"ann@shop.example","type":"verify"}""")]
    [InlineData("""{"email":"ann@shop.example","channel":"phone"}""")]
    [InlineData("""{"email":"ann@shop.example","channel":"pigeon"}""")]
    [InlineData("""{"email":"ann@shop.example","ttl":-1}""")]
    [InlineData("""{"email":"ann@shop.example","ttl":10081}""")]
    [InlineData("""{"email":"ann@shop.example","magic_link_path":"//evil.example"}""")]
    [InlineData("""{"email":"ann@shop.example","magic_link_path":"https://evil.example/"}""")]
    [InlineData("""{"email":"ann@shop.example","redirect_url":"https://evil.example/"}""")]
    [InlineData("""{"email":"ann@shop.example","redirect_url":"javascript:alert(1)"}""")]
    [InlineData("""{"email":"ann@shop.example","redirect_url":"/\\evil.example"}""")]
    public async Task What_makes_no_sense_is_refused_and_nothing_is_written(string body)
    {
        var before = site.Rows();

        Assert.Equal((400, "invalid_request"), (await CreateAsync(JsonNode.Parse(body)!.AsObject())).Refused);
        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task A_user_of_another_app_has_no_link_here_and_another_apps_key_makes_none()
    {
        var id = await office.CreateAsync(CompleteSite.NewEmail());
        var other = new Office(site, Office.SecondShop);

        Assert.Equal((404, "user_not_found"), (await other.SendAsync(HttpMethod.Post, "magic-links", new() { ["user_id"] = id })).Refused);
        Assert.Equal((404, "user_not_found"), (await CreateAsync(new JsonObject { ["user_id"] = "nobody" })).Refused);
    }

    [Fact]
    public async Task Passages_own_SDK_makes_links_too()
    {
        using var node = new PassageNode(site);
        var email = CompleteSite.NewEmail();

        var link = await node.CallAsync(
            "auth.createMagicLink", new JsonObject { ["email"] = email, ["type"] = "login", ["send"] = true },
            new JsonObject { ["magicLinkPath"] = "/in", ["redirectUrl"] = "/welcome", ["ttl"] = 10, ["language"] = "fr" });
        var byId = await node.CallAsync(
            "auth.createMagicLink",
            new JsonObject { ["userId"] = (string)link["user_id"]!, ["channel"] = "email", ["type"] = "login", ["send"] = false });

        Assert.Equal((string)link["url"]!, (await inbox.LastAsync(email)).Link);
        Assert.Equal((email, (string)link["user_id"]!), ((string)byId["identifier"]!, (string)byId["user_id"]!));
        (await OpenAsync(new Visitor(site), (string)byId["secret"]!)).Expect(200);
        var verifying = await node.CallAsync(
            "auth.createMagicLink",
            new JsonObject
            {
                ["userId"] = (string)link["user_id"]!, ["channel"] = "email", ["type"] = "verify_identifier", ["send"] = true,
            });
        Assert.Equal("verify_identifier", (string)verifying["type"]!);
        Assert.Contains(await inbox.OfAsync(email), sent => sent.Link == (string)verifying["url"]!);
        await node.RefusedAsync(
            404, "user_not_found", "auth.createMagicLink",
            new JsonObject { ["userId"] = "nobody", ["channel"] = "email", ["type"] = "login", ["send"] = false });
    }

    private Task<Reply> CreateAsync(JsonObject body) => office.SendAsync(HttpMethod.Post, "magic-links", body);

    private static Task<Reply> OpenAsync(Visitor visitor, string secret)
        => visitor.SendAsync(HttpMethod.Patch, "magic-link/activate", new JsonObject { ["magic_link"] = secret });
}
