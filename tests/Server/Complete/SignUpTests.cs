using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Complete;

public class SignUpTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Visitor visitor = new(site);

    [Fact]
    public async Task A_stranger_has_an_account_by_passkey()
    {
        var email = CompleteSite.NewEmail();

        var begun = (await visitor.PostAsync("users", new JsonObject
        {
            ["identifier"] = $"  {email.ToUpperInvariant()} ", ["user_metadata"] = new JsonObject { ["nickname"] = "Ann" },
        })).Expect(200).Json["user"]!;
        Assert.Equal(("pending", email, false), ((string)begun["status"]!, (string)begun["email"]!, (bool)begun["webauthn"]!));
        Assert.Null(begun["user_metadata"]);
        var answer = (await visitor.FinishSignUpAsync((await visitor.StartSignUpAsync(email)).Expect(200))).Expect(200);

        visitor.Keep(answer);
        Assert.Equal("/", (string)answer.Json["auth_result"]!["redirect_url"]!);
        var user = (await visitor.GetAsync("currentuser")).Expect(200).Json["user"]!;
        Assert.Equal((begun["id"]!.ToString(), "active", 1), ((string)user["id"]!, (string)user["status"]!, (int)user["login_count"]!));
        Assert.Equal("Ann", (string)user["user_metadata"]!["nickname"]!);
        Assert.Single(user["webauthn_devices"]!.AsArray());
        Assert.Equal(visitor.Authenticator.Passkeys.Single().Id.Length > 0, (bool)user["webauthn"]!);
    }

    [Fact]
    public async Task A_pending_account_goes_on_and_an_active_one_is_told_by_the_text_that_clients_compare()
    {
        var email = CompleteSite.NewEmail();
        var first = (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);
        var again = (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);
        Assert.Equal(first.Text, again.Text);

        await visitor.SignUpAsync(email);

        foreach (var reply in (Reply[])[
            await visitor.PostAsync("users", new JsonObject { ["identifier"] = email }), await visitor.StartSignUpAsync(email)])
        {
            Assert.Equal((400, "invalid_request"), reply.Refused);
            Assert.Equal("user: already exists.", reply.Error);
        }
    }

    [Theory]
    [InlineData("a@b")]
    [InlineData("a@[127.0.0.1]")]
    [InlineData("a b@shop.example")]
    [InlineData("Ann <ann@shop.example>")]
    [InlineData("ann@shop.example, bob@shop.example")]
    [InlineData("ann@shop.example\r\nBcc: bob@shop.example")]
    [InlineData("\"ann\"@shop.example")]
    [InlineData("ann@shop..example")]
    [InlineData("ann@127.0.0.1")]
    [InlineData("+1")]
    [InlineData("4155550123")]
    [InlineData("+1 415 555 0123")]
    [InlineData("")]
    public async Task What_is_no_identifier_is_refused(string identifier)
    {
        foreach (var path in (string[])["users", "register/webauthn/start", "login/webauthn/start"])
            Assert.Equal((400, "invalid_request"), (await visitor.PostAsync(path, new JsonObject { ["identifier"] = identifier })).Refused);
        Assert.Equal(
            (400, "invalid_request"), (await visitor.GetAsync($"users?identifier={Uri.EscapeDataString(identifier)}")).Refused);
    }

    [Fact]
    public async Task A_number_is_one_however_it_is_written()
    {
        (await visitor.PostAsync("users", new JsonObject { ["identifier"] = "+1(415)555-2671" })).Expect(200);

        var found = (await visitor.GetAsync("users?identifier=%2B14155552671")).Expect(200).Json["user"]!;
        Assert.Equal(("+14155552671", ""), ((string)found["phone"]!, (string)found["email"]!));
    }

    [Fact]
    public async Task A_domain_is_one_however_it_is_written()
    {
        (await visitor.PostAsync("users", new JsonObject { ["identifier"] = "ann@MÜLLER.example" })).Expect(200);

        var found = (await visitor.GetAsync("users?identifier=Ann%40xn--mller-kva.example")).Expect(200).Json["user"]!;
        Assert.Equal("ann@xn--mller-kva.example", (string)found["email"]!);
    }

    [Theory]
    [InlineData("""{"age":3}""")]
    [InlineData("""{"plan":"gold"}""")]
    [InlineData("""{"nickname":3}""")]
    [InlineData("""{"unknown":"x"}""")]
    [InlineData("""[1]""")]
    public async Task Metadata_that_the_app_does_not_take_makes_no_account(string metadata)
    {
        var email = CompleteSite.NewEmail();

        var reply = await visitor.PostAsync(
            "users", new JsonObject { ["identifier"] = email, ["user_metadata"] = JsonNode.Parse(metadata) });

        Assert.Equal((400, "invalid_request"), reply.Refused);
        Assert.Null((await visitor.GetAsync($"users?identifier={email}")).Expect(200).Json["user"]);
    }

    /// <summary>Threat 6.</summary>
    [Fact]
    public async Task The_passkey_is_of_the_account_that_it_was_begun_for()
    {
        var (mine, theirs) = (CompleteSite.NewEmail(), CompleteSite.NewEmail());
        (await visitor.PostAsync("users", new JsonObject { ["identifier"] = mine })).Expect(200);
        var other = (await visitor.PostAsync("users", new JsonObject { ["identifier"] = theirs }))
            .Expect(200)
            .Json["user"]!["id"]!.ToString();

        var reply = await visitor.FinishSignUpAsync((await visitor.StartSignUpAsync(mine)).Expect(200), other);

        Assert.Equal((401, "webauthn_login_failed"), reply.Refused);
    }

    [Fact]
    public async Task What_was_begun_before_the_account_was_somebodys_makes_no_passkey_afterwards()
    {
        var email = CompleteSite.NewEmail();
        (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);
        var stranger = new Visitor(site);
        var begun = (await stranger.StartSignUpAsync(email)).Expect(200);
        await visitor.SignUpAsync(email);

        Assert.Equal((403, "user_not_active"), (await stranger.FinishSignUpAsync(begun)).Refused);
        Assert.Single((await visitor.GetAsync("currentuser/devices")).Expect(200).Json["devices"]!.AsArray());
    }

    [Fact]
    public async Task A_page_may_register_without_having_begun_the_account()
    {
        var email = CompleteSite.NewEmail();

        visitor.Keep((await visitor.FinishSignUpAsync((await visitor.StartSignUpAsync(email)).Expect(200))).Expect(200));

        Assert.Equal(email, (string)(await visitor.GetAsync("currentuser")).Expect(200).Json["user"]!["email"]!);
    }

    [Fact]
    public async Task Of_two_who_make_one_account_theirs_one_does()
    {
        for (var round = 0; round < 5; round++)
        {
            var email = CompleteSite.NewEmail();
            (await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200);
            Visitor[] rivals = [.. Enumerable.Range(0, 4).Select(_ => new Visitor(site))];
            var begun = await Task.WhenAll(rivals.Select(rival => rival.StartSignUpAsync(email)));

            var answers = await Task.WhenAll(rivals.Select((rival, i) => rival.FinishSignUpAsync(begun[i])));

            var winner = Assert.Single(answers, answer => answer.Status == 200);
            var owner = new Visitor(site);
            owner.Keep(winner);
            Assert.Single((await owner.GetAsync("currentuser/devices")).Expect(200).Json["devices"]!.AsArray());
        }
    }
}
