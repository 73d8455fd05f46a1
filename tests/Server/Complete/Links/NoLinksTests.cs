using System.Text.Json.Nodes;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Tests.Complete.Management;

namespace OpenPassage.Server.Tests.Complete.Links;

public class NoLinksTests(CompleteSite site) : IClassFixture<CompleteSite>
{
    [Fact]
    public async Task An_app_without_links_makes_sends_and_opens_none()
    {
        var (visitor, identifier) = (new Visitor(site), new JsonObject { ["identifier"] = CompleteSite.NewEmail() });
        var before = site.Rows();

        Refused(await visitor.PostAsync("login/magic-link", identifier));
        Refused(await visitor.PostAsync("register/magic-link", identifier));
        Refused(await visitor.SendAsync(HttpMethod.Patch, "magic-link/activate", new JsonObject { ["magic_link"] = new string('A', 32) }));
        Refused(await new Office(site).SendAsync(HttpMethod.Post, "magic-links", new() { ["email"] = CompleteSite.NewEmail() }));
        Assert.Equal(404, (await visitor.PostAsync("magic-link/status", new JsonObject { ["id"] = "any" })).Status);

        Assert.Equal(before, site.Rows());

        static void Refused(Reply answer)
        {
            Refusal off = CompleteRefusals.LinksOff;
            Assert.Equal((off.Status, off.Code), answer.Refused);
            Assert.Equal(off.Sentence, (string)answer.Json["error"]!);
        }
    }
}
