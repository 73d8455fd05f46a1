using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Complete.Management;

/// <summary>The list that both products have, as it finds and shows accounts.</summary>
public class ListAccountsTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    private const string Users = $"apps/{CompleteSite.AppId}/users";

    private readonly Office office = new(site);
    private readonly Manager manager = new(site, ServerFixture.AdminKey);

    [Fact]
    public async Task An_account_is_found_by_its_address_in_any_case_and_by_its_number_however_it_is_written()
    {
        var (email, phone) = (CompleteSite.NewEmail(), Office.NewPhone());
        var id = await office.CreateAsync(email, phone);

        Assert.Equal([id], await office.FindAsync("identifier", email));
        Assert.Equal([id], await office.FindAsync("identifier", email.ToUpperInvariant()));
        Assert.Equal([id], await office.FindAsync("identifier", phone));
        Assert.Equal([id], await office.FindAsync("identifier", $"{phone[..2]}({phone[2..5]}){phone[5..8]}-{phone[8..]}"));
        Assert.Equal([id], await office.FindAsync("id", id));
        Assert.Empty(await office.FindAsync("identifier", email[1..]));
        Assert.Empty(await office.FindAsync("identifier", ""));
        Assert.Empty(await office.FindAsync("identifier", id));
        Assert.Empty(await new Office(site, Office.SecondShop).FindAsync("identifier", email));
    }

    [Fact]
    public async Task Operators_look_at_all_of_a_users_identifiers()
    {
        var mark = Guid.NewGuid().ToString("N");
        var (first, phone) = ($"a-{mark}@shop.example", Office.NewPhone());
        var both = await office.CreateAsync(first, phone);
        var other = await office.CreateAsync($"b-{mark}@shop.example");

        Assert.Equal(new[] { both, other }.Order(), (await office.FindAsync("identifier", $"<like:{mark.ToUpperInvariant()}>")).Order());
        Assert.Equal([both], await office.FindAsync("identifier", $"<like:{phone[3..]}>"));
        var others = await office.FindAsync("identifier", $"<ne:{first}>");
        Assert.Contains(other, others);
        Assert.DoesNotContain(both, others);
        var unlike = await office.FindAsync("identifier", $"<not_like:a-{mark}>");
        Assert.Contains(other, unlike);
        Assert.DoesNotContain(both, unlike);
        Assert.Contains(other, await office.FindAsync("identifier", $"<gt:a-{mark}z>"));
        Assert.Contains(both, await office.FindAsync("identifier", $"<lt:a-{mark}z>"));
    }

    [Fact]
    public async Task A_page_shows_each_accounts_own_identifiers()
    {
        var made = new Dictionary<string, (string Email, string Phone)>();
        for (var i = 0; i < 5; i++)
        {
            var names = (Email: i == 1 ? "" : CompleteSite.NewEmail(), Phone: i % 2 == 1 ? Office.NewPhone() : "");
            var id = await office.CreateAsync(names.Email, names.Phone);
            made.Add(id, names);
        }

        var page = (await office.ListAsync("?limit=500")).Expect(200).Json["users"]!.AsArray();

        foreach (var (id, names) in made)
        {
            var user = page.Single(one => (string)one!["id"]! == id)!;
            Assert.Equal(names, ((string)user["email"]!, (string)user["phone"]!));
            Assert.Equal(("", "pending"), ((string)user["external_id"]!, (string)user["status"]!));
            Assert.False((bool)user["email_verified"]!);
        }
    }

    [Fact]
    public async Task A_filter_by_status_finds_those_alone()
    {
        var visitor = new Visitor(site);
        await visitor.SignUpAsync();
        var pending = await office.CreateAsync(CompleteSite.NewEmail());
        var inactive = await office.CreateAsync(CompleteSite.NewEmail());
        (await office.DeactivateAsync(inactive)).Expect(200);

        Assert.Contains(visitor.UserId, await office.FindAsync("status", "active"));
        Assert.Contains(pending, await office.FindAsync("status", "pending"));
        Assert.Contains(inactive, await office.FindAsync("status", "inactive"));
        Assert.DoesNotContain(pending, await office.FindAsync("status", "active"));
    }

    [Fact]
    public async Task Who_manages_the_app_sees_and_finds_what_users_go_by()
    {
        var (email, phone) = (CompleteSite.NewEmail(), Office.NewPhone());
        var id = await office.CreateAsync(email, phone);
        var other = await office.CreateAsync(CompleteSite.NewEmail());
        await Verified.SayAsync(site, id, email);

        var page = (await manager.GetAsync($"{Users}?limit=500")).Expect(200).Json["users"]!.AsArray();
        AssertNamed(page.Single(user => (string)user!["id"]! == id)!);
        Assert.Single(page.Single(user => (string)user!["id"]! == other)!["identifiers"]!.AsArray());
        AssertNamed((await manager.GetAsync($"{Users}/{id}")).Expect(200).Json["user"]!);
        AssertNamed((await manager.PatchAsync($"{Users}/{id}", new JsonObject { ["status"] = "inactive" })).Expect(200).Json);
        foreach (var text in (string[])[email, email.ToUpperInvariant(), phone])
            AssertNamed((await FindAsync(text)).Single()!);
        Assert.Empty(await FindAsync("nobody@shop.example"));
        Assert.Empty(await FindAsync(id));
        Assert.Empty(await FindAsync(email, CompleteSite.OtherAppId));
        Assert.Equal((400, "invalid_request"), (await manager.GetAsync($"{Users}?identifier=%00")).Refused);
        (await manager.DeleteAsync($"{Users}/{id}")).Expect(200);
        var line = (await manager.GetAsync($"apps/{CompleteSite.AppId}/audit")).Expect(200).Json["changes"]!.AsArray()
            .Single(change => (string)change!["target"]! == id && (string)change["action"]! == "DeleteUser")!;
        Assert.Equal(email, (string)line["before"]!["identifiers"]![0]!["value"]!);

        void AssertNamed(JsonNode user)
        {
            var names = user["identifiers"]!.AsArray();
            Assert.Equal(
                [("email", email, true), ("phone", phone, false)],
                names.Select(name => ((string)name!["kind"]!, (string)name["value"]!, name["verified_at"] is not null)));
        }

        async Task<JsonArray> FindAsync(string text, string app = CompleteSite.AppId) => (await manager.GetAsync(
            $"apps/{app}/users?identifier={Uri.EscapeDataString(text)}")).Expect(200).Json["users"]!.AsArray();
    }

    [Fact]
    public async Task A_users_passkeys_are_listed_and_one_is_revoked()
    {
        var visitor = new Visitor(site);
        var email = await visitor.SignUpAsync();
        var user = await office.UserAsync(visitor.UserId);
        Assert.Equal((email, 1, true), ((string)user["email"]!, (int)user["login_count"]!, (bool)user["webauthn"]!));
        var device = (string)user["webauthn_devices"]![0]!["id"]!;

        (await office.SendAsync(HttpMethod.Delete, $"users/{visitor.UserId}/devices/{device}")).Expect(200);

        Assert.Empty((await office.SendAsync(HttpMethod.Get, $"users/{visitor.UserId}/devices")).Expect(200).Json["devices"]!.AsArray());
        Assert.Equal((409, "user_has_no_passkeys"), (await visitor.StartLoginAsync(email)).Refused);
    }
}
