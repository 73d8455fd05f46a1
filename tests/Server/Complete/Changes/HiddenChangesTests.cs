using System.Text.RegularExpressions;
using OpenPassage.Server.Complete.Messages;

namespace OpenPassage.Server.Tests.Complete.Changes;

/// <summary>Threat 35, for changes: where accounts are hidden, whoever asks for an address does not learn whose it is.</summary>
public partial class HiddenChangesTests : IClassFixture<HiddenChangesTests.Site>, IDisposable
{
    public sealed class Site : ChangeSite
    {
        protected override IEnumerable<string> AppSettings => [.. base.AppSettings, "HideAccounts=true"];
    }

    private readonly Site site;
    private readonly ChangeCalls changes;
    private readonly Place desk, elsewhere;

    public HiddenChangesTests(Site site)
    {
        this.site = site;
        changes = new(site);
        (desk, elsewhere) = (new(site), new(site));
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        desk.Dispose();
        elsewhere.Dispose();
    }

    [Fact]
    public async Task Asking_for_somebodys_address_answers_as_for_nobodys_and_its_owner_alone_is_told()
    {
        var (owner, taken) = await changes.AccountAsync(elsewhere);
        // The owner is known where the other one asks.
        await changes.EnterAsync(changes.At(desk), taken);
        changes.Later();
        List<string> answers = [];
        foreach (var wanted in (string[])[taken, CompleteSite.NewEmail()])
        {
            var (visitor, old) = await changes.AccountAsync(desk);
            var answer = await ChangeCalls.TryChangeAsync(visitor, wanted);
            answers.Add(Shape(answer));
            // Whoever asks reads the old address too.
            Assert.Equal(MessageKind.IdentifierChanged, (await changes.LastAsync(old)).Kind);
            var id = (string)answer.Json["magic_link"]!["id"]!;
            answers[^1] += Shape(await visitor.PostAsync("magic-link/status", new() { ["id"] = id }));
            answers[^1] += Shape(await ChangeCalls.TryChangeAsync(visitor, wanted));
            await changes.OpenedAsync(changes.At(elsewhere), ChangeCalls.SecretOf(await changes.LastAsync(old)));
            Assert.Equal($"{old}+", await changes.NamesAsync(visitor.UserId));
            Assert.Equal(401, (await visitor.GetAsync("currentuser")).Status);
        }

        Assert.Single(answers.Distinct());
        var told = await changes.LastAsync(taken);
        Assert.Equal((MessageKind.IdentifierInUse, null), (told.Kind, told.Link));
        Assert.Equal($"{taken}+", await changes.NamesAsync(owner.UserId));
        (await owner.GetAsync("currentuser")).Expect(200);
    }

    [Fact]
    public async Task It_leaves_no_link_to_it()
    {
        var (_, taken) = await changes.AccountAsync(elsewhere);
        var (visitor, _) = await changes.AccountAsync(desk);
        var id = (string)(await ChangeCalls.TryChangeAsync(visitor, taken)).Expect(200).Json["magic_link"]!["id"]!;

        Assert.DoesNotContain($"links: {CompleteSite.AppId} | {id}", site.Rows(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_free_address_changes_as_elsewhere()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var fresh = CompleteSite.NewEmail();
        var (verify, _) = await changes.ChangeAsync(visitor, old, fresh);

        (await ChangeCalls.OpenAsync(visitor, verify)).Expect(200);

        Assert.Equal($"{fresh}+", await changes.NamesAsync(visitor.UserId));
    }

    private static string Shape(Reply reply) => $"{reply.Status} {Ids().Replace(reply.Text, "id")} {reply.Header("Retry-After")}; ";

    [GeneratedRegex("\"[A-Za-z0-9]{24}\"", RegexOptions.None, 1000)]
    private static partial Regex Ids();
}

/// <summary>What an app wants verified before it is used stays so when it changes.</summary>
public class VerifiedChangesTests : IClassFixture<VerifiedChangesTests.Site>, IDisposable
{
    public sealed class Site : ChangeSite
    {
        protected override IEnumerable<string> AppSettings => [.. base.AppSettings, "RequireIdentifierVerification=true"];
    }

    private readonly ChangeCalls changes;
    private readonly Place desk, elsewhere;

    public VerifiedChangesTests(Site site)
    {
        changes = new(site);
        (desk, elsewhere) = (new(site), new(site));
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        desk.Dispose();
        elsewhere.Dispose();
    }

    [Fact]
    public async Task Whoever_confirms_a_new_address_elsewhere_signs_in_with_the_passkey_as_before()
    {
        var (visitor, old) = await changes.AccountAsync(desk);
        var fresh = CompleteSite.NewEmail();
        var (verify, _) = await changes.ChangeAsync(visitor, old, fresh);

        await changes.OpenedAsync(changes.At(elsewhere), verify);

        Assert.Equal($"{fresh}~", await changes.NamesAsync(visitor.UserId));
        (await visitor.SignInAsync(fresh)).Expect(200);
        (await visitor.SignInAsync(null)).Expect(200);
    }

    [Fact]
    public async Task The_only_verified_one_of_two_is_not_taken_away()
    {
        var (visitor, email) = await changes.AccountAsync(desk);
        var phone = Management.Office.NewPhone();
        await changes.AddAsync(visitor.UserId, OpenPassage.Server.Complete.Accounts.Identifiers.Phone, phone, verified: false);

        Assert.Equal((403, "identifier_not_verified"), (await ChangeCalls.TryChangeAsync(visitor, "")).Refused);
        (await ChangeCalls.TryChangeAsync(visitor, "", what: "phone")).Expect(200);

        Assert.Equal($"{email}+", await changes.NamesAsync(visitor.UserId));
    }
}
