using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Tests.Complete.Management;

public class UpdateAccountTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private readonly Office office = new(site);
    private readonly Manager manager = new(site, ServerFixture.AdminKey);

    [Fact]
    public async Task A_changed_identifier_takes_the_place_of_the_other_and_is_unproven()
    {
        var (before, after) = (CompleteSite.NewEmail(), CompleteSite.NewEmail());
        var id = await office.CreateAsync(before);
        await VerifyAsync(id, before);
        Assert.True((bool)(await office.UserAsync(id))["email_verified"]!);

        var changed = (await office.UpdateAsync(id, new JsonObject { ["email"] = after.ToUpperInvariant() })).Expect(200).Json["user"]!;

        Assert.Equal((after, false), ((string)changed["email"]!, (bool)changed["email_verified"]!));
        Assert.Empty(await office.FindAsync("identifier", before));
        Assert.Equal([id], await office.FindAsync("identifier", after));
        Assert.Equal(201, (await office.CreateAsync(new JsonObject { ["email"] = before })).Status);
    }

    [Fact]
    public async Task The_same_identifier_stays_proven()
    {
        var email = CompleteSite.NewEmail();
        var id = await office.CreateAsync(email);
        await VerifyAsync(id, email);

        var same = (await office.UpdateAsync(id, new JsonObject { ["email"] = email.ToUpperInvariant() })).Expect(200).Json["user"]!;

        Assert.True((bool)same["email_verified"]!);
    }

    [Fact]
    public async Task Metadata_is_merged_and_null_takes_a_field_away()
    {
        var id = (string)(await office.CreateAsync(new JsonObject
        {
            ["email"] = CompleteSite.NewEmail(),
            ["user_metadata"] = new JsonObject { ["nickname"] = "Ada", ["age"] = 36 },
        })).Expect(201).Json["user"]!["id"]!;

        var metadata = new JsonObject { ["plan"] = "gold", ["age"] = null };
        var changed = (await office.UpdateAsync(id, new JsonObject { ["user_metadata"] = metadata })).Expect(200).Json["user"]!;

        Assert.Equal("""{"nickname":"Ada","plan":"gold"}""", changed["user_metadata"]!.ToJsonString());
        var line = (await manager.GetAsync($"apps/{CompleteSite.AppId}/audit")).Expect(200).Json["changes"]!.AsArray()
            .Single(line => (string)line!["target"]! == id && (string)line["action"]! == "UpdateAccount")!;
        Assert.Equal(36, (int)line["before"]!["user_metadata"]!["age"]!);
        Assert.Equal("gold", (string)line["after"]!["user_metadata"]!["plan"]!);
    }

    [Fact]
    public async Task An_empty_one_is_taken_away_as_long_as_one_is_left()
    {
        var (email, phone) = (CompleteSite.NewEmail(), Office.NewPhone());
        var id = await office.CreateAsync(email, phone);

        var left = (await office.UpdateAsync(id, new JsonObject { ["phone"] = "" })).Expect(200).Json["user"]!;
        Assert.Equal((email, ""), ((string)left["email"]!, (string)left["phone"]!));

        var refused = await office.UpdateAsync(id, new JsonObject { ["email"] = "" });
        Assert.Equal((400, "invalid_request"), refused.Refused);
        Assert.Equal("email and phone are missing: an account has one of them at least.", refused.Error);
        Assert.Equal(email, (string)(await office.UserAsync(id))["email"]!);

        // One in the place of the other, at once.
        var other = (await office.UpdateAsync(id, new JsonObject { ["email"] = "", ["phone"] = phone })).Expect(200).Json["user"]!;
        Assert.Equal(("", phone), ((string)other["email"]!, (string)other["phone"]!));
    }

    [Fact]
    public async Task What_an_account_must_have_stays()
    {
        var app = await manager.AppAsync(new JsonObject { ["type"] = "complete", ["required_identifier"] = "email" });
        var shop = new Office(site, app);
        var id = (string)(await shop.CreateAsync(new JsonObject { ["email"] = "ada@example.com", ["phone"] = "+14155550123" }))
            .Expect(201).Json["user"]!["id"]!;

        var refused = await shop.UpdateAsync(id, new JsonObject { ["email"] = "" });

        Assert.Equal("email is missing: every account of this app has an email address.", refused.Error);
        (await shop.UpdateAsync(id, new JsonObject { ["phone"] = "" })).Expect(200);
    }

    [Fact]
    public async Task Nothing_said_changes_nothing()
    {
        var id = await office.CreateAsync(CompleteSite.NewEmail());
        var before = site.Rows();

        (await office.UpdateAsync(id, [])).Expect(200);
        (await office.UpdateAsync(id, new JsonObject { ["email"] = null, ["phone"] = null, ["user_metadata"] = null })).Expect(200);

        Assert.Equal(before, site.Rows());
    }

    [Theory]
    [InlineData("""{"email":"ada"}""", "email is no email address, such as ada@example.com.")]
    [InlineData("""{"email":"  "}""", "email is no email address, such as ada@example.com.")]
    [InlineData("""{"phone":"+1 415 555 0123"}""", "phone is no phone number with its country, such as +14155550123.")]
    [InlineData("""{"user_metadata":[]}""", "user_metadata is not a JSON object.")]
    [InlineData("""{"email":"new@shop.example","user_metadata":{"age":1.5}}""", "user_metadata.age is not a whole number.")]
    public async Task What_is_wrong_changes_nothing(string body, string error)
    {
        var id = await office.CreateAsync(CompleteSite.NewEmail());
        var before = site.Rows();

        var refused = await office.UpdateAsync(id, JsonNode.Parse(body)!.AsObject());

        Assert.Equal((400, "invalid_request"), refused.Refused);
        Assert.Equal(error, refused.Error);
        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task An_identifier_of_somebody_else_is_refused_and_nothing_of_the_change_is_made()
    {
        var (mine, theirs, phone) = (CompleteSite.NewEmail(), CompleteSite.NewEmail(), Office.NewPhone());
        var id = await office.CreateAsync(mine);
        await office.CreateAsync(theirs);
        var before = site.Rows();

        var refused = await office.UpdateAsync(
            id, new JsonObject { ["phone"] = phone, ["email"] = theirs, ["user_metadata"] = new JsonObject { ["plan"] = "gold" } });

        Assert.Equal((400, "invalid_request"), refused.Refused);
        Assert.Equal("user: already exists.", refused.Error);
        Assert.Equal(before, site.Rows());
    }

    [Fact]
    public async Task Of_many_who_want_one_identifier_at_once_one_gets_it_and_the_others_keep_theirs()
    {
        var wanted = CompleteSite.NewEmail();
        var own = Enumerable.Range(0, 8).Select(_ => CompleteSite.NewEmail()).ToArray();
        var ids = await Task.WhenAll(own.Select(office.CreateAsync));

        var answers = await Task.WhenAll(ids.Select(id => office.UpdateAsync(id, new JsonObject { ["email"] = wanted })));

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var (id, email, answer) in ids.Zip(own, answers))
            Assert.Equal(answer.Status == 200 ? wanted : email, (string)(await office.UserAsync(id))["email"]!);
    }

    [Fact]
    public async Task Of_two_who_each_take_one_of_two_identifiers_away_one_is_refused()
    {
        var id = await office.CreateAsync(CompleteSite.NewEmail(), Office.NewPhone());

        var answers = await Task.WhenAll(
            office.UpdateAsync(id, new JsonObject { ["email"] = "" }), office.UpdateAsync(id, new JsonObject { ["phone"] = "" }));

        Assert.Equal([200, 400], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task What_a_backend_has_said_of_a_pending_account_no_stranger_goes_on_with()
    {
        var email = CompleteSite.NewEmail();
        var visitor = new Visitor(site);
        var id = (string)(await visitor.PostAsync("users", new JsonObject { ["identifier"] = email })).Expect(200).Json["user"]!["id"]!;
        var started = (await visitor.StartSignUpAsync(email)).Expect(200);

        (await office.UpdateAsync(id, new JsonObject { ["user_metadata"] = new JsonObject { ["plan"] = "gold" } })).Expect(200);

        Assert.Equal((403, "identifier_not_verified"), (await visitor.StartSignUpAsync(email)).Refused);
        Assert.Equal(403, (await visitor.FinishSignUpAsync(started)).Status);
        Assert.Equal("pending", (string)(await office.UserAsync(id))["status"]!);
    }

    // What a code or a link does.
    private async Task VerifyAsync(string userId, string email) => Assert.True(await site.Services.GetRequiredService<IdentifierStore>()
        .SetVerifiedAsync(new(CompleteSite.AppId), userId, Identifiers.Email, email, verified: true, CancellationToken.None));
}
