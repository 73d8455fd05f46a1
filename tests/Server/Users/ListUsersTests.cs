namespace OpenPassage.Server.Tests.Users;

public class ListUsersTests(ServerFixture server) : ServerTests(server)
{
    [Fact]
    public async Task Pages_link_to_each_other_and_keep_the_other_parameters()
    {
        for (var made = 0; made < 5; made++)
            await RegisterTransactionAsync(NewUser());

        var page = (await Backend.ListUsersAsync("?limit=2&page=2&status=active&order_by=created_at:ASC,id:ASC&mine=a%26b")).Expect(200);

        var links = page.Json["_links"]!.AsObject();
        Assert.Equal(["first", "last", "next", "previous", "self"], links.Select(link => link.Key).Order(StringComparer.Ordinal));
        Assert.All(links, link =>
        {
            var href = (string)link.Value!["href"]!;
            Assert.StartsWith("/v1/apps/acme/users?", href, StringComparison.Ordinal);
            Assert.Contains("status=active", href, StringComparison.Ordinal);
            Assert.Contains("mine=a%26b", href, StringComparison.Ordinal);
            Assert.Contains("limit=2", href, StringComparison.Ordinal);
        });
        Assert.Equal(2, page.Json["users"]!.AsArray().Count);
        Assert.Equal(2, (int)page.Json["page"]!);
        Assert.Equal(2, (int)page.Json["limit"]!);
        Assert.True((long)page.Json["created_before"]! > Server.Clock.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Following_next_visits_every_user_once_while_users_arrive()
    {
        for (var made = 0; made < 7; made++)
            await RegisterTransactionAsync(NewUser());
        var seen = new List<string>();
        var page = (await Backend.ListUsersAsync("?limit=3")).Expect(200);
        var total = (int)page.Json["total_users"]!;
        while (true)
        {
            seen.AddRange(page.Json["users"]!.AsArray().Select(user => (string)user!["id"]!));
            var next = (string)page.Json["_links"]!["next"]!["href"]!;
            if (next == (string)page.Json["_links"]!["self"]!["href"]!)
                break;
            Server.Clock.Advance(TimeSpan.FromSeconds(2));
            await RegisterTransactionAsync(NewUser());
            page = (await Backend.GetAsync(next["/v1/apps/acme/".Length..])).Expect(200);
        }

        Assert.Equal(total, seen.Count);
        Assert.Equal(total, seen.Distinct().Count());
    }

    [Fact]
    public async Task Nobody_found_is_an_empty_list()
    {
        var page = (await Backend.ListUsersAsync("?limit=1&identifier=nobody-at-all")).Expect(200);

        Assert.Empty(page.Json["users"]!.AsArray());
        Assert.Equal(0, (int)page.Json["total_users"]!);
    }

    [Theory]
    [InlineData("?limit=501")]
    [InlineData("?limit=0")]
    [InlineData("?limit=x")]
    [InlineData("?page=0")]
    [InlineData("?created_before=yesterday")]
    [InlineData("?order_by=identifier:ASC")]
    [InlineData("?order_by=nothing:ASC")]
    [InlineData("?status=asleep")]
    [InlineData("?created_at=2026")]
    [InlineData("?page=99999999999999999999")]
    public async Task A_wrong_parameter_is_refused(string query) =>
        await RefusedAsync(400, "invalid_request", () => Backend.ListUsersAsync(query));

    [Fact]
    public async Task A_limit_of_500_is_taken() => (await Backend.ListUsersAsync("?limit=500")).Expect(200);
}
