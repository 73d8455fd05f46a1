using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Complete.Management;

public class CreateAccountTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Office office = new(site);
    private readonly Manager manager = new(site, ServerFixture.AdminKey);

    [Fact]
    public async Task An_account_is_made_pending_with_all_that_was_given()
    {
        var (email, phone) = (CompleteSite.NewEmail(), Office.NewPhone());

        var made = (await office.CreateAsync(new JsonObject
        {
            ["email"] = $"  {email.ToUpperInvariant()} ",
            ["phone"] = phone,
            ["user_metadata"] = new JsonObject { ["nickname"] = "Ada", ["age"] = 36, ["plan"] = "gold" },
        })).Expect(201).Json["user"]!;

        Assert.Equal((email, phone), ((string)made["email"]!, (string)made["phone"]!));
        Assert.False((bool)made["email_verified"]!);
        Assert.False((bool)made["phone_verified"]!);
        Assert.Equal(("pending", ""), ((string)made["status"]!, (string)made["external_id"]!));
        Assert.Equal("""{"nickname":"Ada","age":36,"plan":"gold"}""", made["user_metadata"]!.ToJsonString());
        Assert.False((bool)made["webauthn"]!);
        Assert.Empty(made["webauthn_devices"]!.AsArray());
        Assert.Equal(made.ToJsonString(), (await office.UserAsync((string)made["id"]!)).ToJsonString());
    }

    [Fact]
    public async Task It_is_in_the_audit()
    {
        var email = CompleteSite.NewEmail();
        var id = await office.CreateAsync(email);

        var line = (await manager.GetAsync($"apps/{CompleteSite.AppId}/audit")).Expect(200).Json["changes"]!.AsArray()
            .Single(line => (string)line!["target"]! == id)!;
        Assert.Equal("CreateAccount", (string)line["action"]!);
        Assert.StartsWith("key:", (string)line["actor"]!, StringComparison.Ordinal);
        Assert.Equal(email, (string)line["after"]!["email"]!);
    }

    [Fact]
    public async Task A_stranger_cannot_claim_it()
    {
        var email = CompleteSite.NewEmail();
        var id = await office.CreateAsync(email);
        var stranger = new Visitor(site);

        (await stranger.PostAsync("users", new JsonObject
        {
            ["identifier"] = email,
            ["user_metadata"] = new JsonObject { ["nickname"] = "Mallory" },
        })).Expect(200);

        Assert.Equal((403, "identifier_not_verified"), (await stranger.StartSignUpAsync(email)).Refused);
        Assert.Null((await office.UserAsync(id))["user_metadata"]);
    }

    [Theory]
    [InlineData("""{}""", "email and phone are missing: an account has one of them at least.")]
    [InlineData("""{"email":null,"phone":""}""", "email and phone are missing: an account has one of them at least.")]
    [InlineData("""{"email":"ada"}""", "email is no email address, such as ada@example.com.")]
    [InlineData("""{"email":" "}""", "email is no email address, such as ada@example.com.")]
    [InlineData("""{"email":"a@b"}""", "email is no email address, such as ada@example.com.")]
    [InlineData("""{"email":"ada@example.com","phone":"4155550123"}""", "phone is no phone number with its country, such as +14155550123.")]
    [InlineData("""{"email":7}""", "email has the wrong type.")]
    [InlineData("""{"email":"ada@example.com","user_metadata":"gold"}""", "user_metadata is not a JSON object.")]
    [InlineData(
        """{"email":"ada@example.com","user_metadata":{"colour":"red"}}""",
        "user_metadata has a field that this app does not have.")]
    [InlineData("""{"email":"ada@example.com","user_metadata":{"age":"old"}}""", "user_metadata.age is not a whole number.")]
    public async Task What_makes_no_account_is_refused_with_a_sentence(string body, string error)
    {
        var before = site.Rows();

        var refused = await office.CreateAsync(JsonNode.Parse(body)!.AsObject());

        Assert.Equal((400, "invalid_request"), refused.Refused);
        Assert.Equal(error, refused.Error);
        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task An_identifier_that_exists_is_refused_in_the_words_that_clients_compare()
    {
        var (email, phone) = (CompleteSite.NewEmail(), Office.NewPhone());
        (await office.CreateAsync(new JsonObject { ["email"] = email, ["phone"] = phone })).Expect(201);
        var before = site.Rows();

        foreach (var body in (JsonObject[])
        [
            new() { ["email"] = email.ToUpperInvariant() },
            new() { ["email"] = CompleteSite.NewEmail(), ["phone"] = phone },
        ])
        {
            var refused = await office.CreateAsync(body);
            Assert.Equal((400, "invalid_request"), refused.Refused);
            Assert.Equal("user: already exists.", refused.Error);
        }

        Assert.Equal(before, site.Rows());
        Assert.Equal(201, (await new Office(site, Office.SecondShop).CreateAsync(new JsonObject { ["email"] = email })).Status);
    }

    [Fact]
    public async Task Of_many_who_make_one_account_at_once_one_does()
    {
        var email = CompleteSite.NewEmail();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => office.CreateAsync(new JsonObject { ["email"] = email })));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => Assert.Equal("user: already exists.", answer.Error));
    }

    [Theory]
    [InlineData("email", "either", """{"phone":"+14155550123"}""", "phone cannot be set: accounts of this app have an email address only.")]
    [InlineData("phone", "phone", """{"email":"ada@example.com"}""", "email cannot be set: accounts of this app have a phone number only.")]
    [InlineData("both", "email", """{"phone":"+14155550123"}""", "email is missing: every account of this app has an email address.")]
    [InlineData("both", "phone", """{"email":"ada@example.com"}""", "phone is missing: every account of this app has a phone number.")]
    [InlineData(
        "both", "both", """{"email":"ada@example.com"}""",
        "phone is missing: every account of this app has an email address and a phone number.")]
    public async Task What_accounts_of_the_app_must_have_or_cannot_is_said(string allowed, string required, string body, string error)
    {
        var app = await manager.AppAsync(new JsonObject
        {
            ["type"] = "complete",
            ["allowed_identifier"] = allowed,
            ["required_identifier"] = required,
        });

        var refused = await new Office(site, app).CreateAsync(JsonNode.Parse(body)!.AsObject());

        Assert.Equal((400, "invalid_request"), refused.Refused);
        Assert.Equal(error, refused.Error);
    }
}
