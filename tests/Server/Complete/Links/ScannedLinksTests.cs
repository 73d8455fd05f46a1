using System.Text.Json.Nodes;
using OpenPassage.Server.Tests.Complete.Codes;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete.Links;

/// <summary>
/// Many links at once over HTTP, each opened by scanners on some networks, in any order, and asked for by the person or a thief. By default
/// 100; <c>OPENPASSAGE_SCANNED_LINKS</c> says how many.
/// </summary>
public class ScannedLinksTests(ScannedLinksTests.Site site) : IClassFixture<ScannedLinksTests.Site>, IDisposable
{
    public sealed class Site : LinkSite
    {
        protected override IEnumerable<string> Settings => [.. base.Settings, "--OpenPassage:Mail:MostPerHour=1000000"];
    }

    private static readonly int Links =
        Environment.GetEnvironmentVariable("OPENPASSAGE_SCANNED_LINKS") is { Length: > 0 } text ? int.Parse(text) : 100;

    private readonly Place[] desks = Places(site, 8);
    private readonly Place[] phones = Places(site, 8);
    private readonly Place[] scanners = Places(site, 8);
    private readonly Place[] thieves = Places(site, 4);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (var place in (Place[])[.. desks, .. phones, .. scanners, .. thieves])
            place.Dispose();
    }

    [Fact]
    public async Task Of_so_many_links_scanners_use_up_none_and_sign_in_no_thief()
    {
        var (spent, stolen, left) = (0, 0, 0);

        await Parallel.ForEachAsync(Enumerable.Range(0, Links), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (seed, _) =>
        {
            var told = await ScanAsync(new Random(seed));
            Interlocked.Add(ref spent, told.Spent ? 1 : 0);
            Interlocked.Add(ref stolen, told.Stolen);
            Interlocked.Add(ref left, told.Left);
        });

        Assert.Equal((0, 0, 0), (spent, stolen, left));
    }

    /// <summary>One link from its asking to its end.</summary>
    /// <returns>
    /// Whether it did not sign the person in, or not for long; how often a thief was signed in; how many scanners still are in the end.
    /// </returns>
    private async Task<(bool Spent, int Stolen, int Left)> ScanAsync(Random random)
    {
        var email = CompleteSite.NewEmail();
        await new Office(site).CreateAsync(email);
        var isThief = random.Next(2) == 0;
        var own = isThief ? OneOf(thieves) : OneOf(desks);
        var persons = !isThief && random.Next(2) == 0 ? own : OneOf(phones);
        var asking = At(own);
        var body = new JsonObject { ["identifier"] = email };
        var id = (await asking.PostAsync("login/magic-link", body)).Expect(200).Json["magic_link"]!["id"]!.ToString();
        var secret = LinkSite.SecretOf((await new Inbox(site).OfLinkAsync(id)).Link!);
        var stolen = 0;
        List<Place> came = [];
        List<Visitor> bots = [];

        for (var steps = random.Next(0, 6); steps > 0; steps--)
            await ScanFromAsync(OneOf(scanners));
        var person = At(persons);
        var opened = await OpenAsync(person, secret);
        if (opened.Status != 200)
            return (true, stolen, 0);
        person.Keep(opened);
        // One that first comes after the person, elsewhere than where the link was asked for, ends what the person has begun.
        Place[] later = persons == own ? scanners : [.. came];
        for (var steps = later.Length == 0 ? 0 : random.Next(0, 6); steps > 0; steps--)
            await ScanFromAsync(OneOf(later));

        var isIn = (await person.GetAsync("currentuser")).Status == 200;
        var left = 0;
        foreach (var bot in bots)
            left += (await bot.GetAsync("currentuser")).Status == 200 || (await bot.RefreshAsync()).Status == 200 ? 1 : 0;
        return (!isIn, stolen, left);

        async Task ScanFromAsync(Place place)
        {
            var bot = At(place);
            if (await OpenAsync(bot, secret) is { Status: 200 } answer)
            {
                bot.Keep(answer);
                bots.Add(bot);
            }

            came.Add(place);
            if (isThief)
                stolen += (await asking.PostAsync("magic-link/status", new JsonObject { ["id"] = id })).Status == 200 ? 1 : 0;
        }

        Place OneOf(Place[] places) => places[random.Next(places.Length)];
    }

    private static Place[] Places(ServerFixture server, int count) => [.. Enumerable.Range(0, count).Select(_ => new Place(server))];

    private Visitor At(Place place) => new(site) { From = place.Http };

    private static Task<Reply> OpenAsync(Visitor visitor, string secret)
        => visitor.SendAsync(HttpMethod.Patch, "magic-link/activate", new JsonObject { ["magic_link"] = secret });
}
