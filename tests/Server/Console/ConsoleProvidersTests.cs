using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenPassage.Authenticator;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;
using OpenPassage.WebAuthn.Attestation;
using OpenPassage.WebAuthn.Metadata;

namespace OpenPassage.Server.Tests.OperatorConsole;

/// <summary>Who made a passkey, by name and picture, as far as FIDO's metadata tells.</summary>
public class ConsoleProvidersTests(ConsoleProvidersTests.Fixture server)
    : OwnServerTests(server), IClassFixture<ConsoleProvidersTests.Fixture>
{
    private static readonly Guid Pictured = new("2fc0579f-8113-47ea-b116-bb5a8db9202a");
    private static readonly Guid Scripted = new("11111111-2222-3333-4444-555555555555");
    private static readonly Guid Huge = new("11111111-2222-3333-4444-666666666666");
    private static readonly Guid Unnamed = new("11111111-2222-3333-4444-777777777777");

    private const string Script = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";

    /// <summary>Reads metadata of a publisher of its own: FIDO's key is with FIDO.</summary>
    public sealed class Fixture : ServerFixture
    {
        protected override void Configure(WebApplicationBuilder builder)
        {
            var publisher = new MetadataPublisher
            {
                Entries =
                {
                    Entry(Pictured, MetadataPublisher.Icon),
                    Entry(Scripted, Svg(Script)),
                    Entry(Huge, MetadataPublisher.Icon + new string('A', 200_000)),
                    Entry(Unnamed, MetadataPublisher.Icon),
                },
            };
            var roots = new TrustAnchors([CertificateAuthority.Shared.Der]);
            builder.Services.Replace(ServiceDescriptor.Singleton(provider => new AttestationSources(
                provider.GetRequiredService<IOptions<OpenPassageOptions>>(), Clock)
            {
                Metadata = MetadataBlob.Verify(publisher.Publish(), roots, Clock.GetUtcNow()).Value,
            }));
        }

        private static JsonObject Entry(Guid model, string icon)
        {
            var entry = MetadataPublisher.Entry(model);
            entry["metadataStatement"]!["icon"] = icon;
            entry["metadataStatement"]!["description"] = "Key of <b>Acme</b>";
            return entry;
        }
    }

    private static string Svg(string text) => "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<(string Page, JsonNode Provider, JsonNode Device)> ShownAsync(Guid model)
    {
        using var viewer = await Visitor.OperatorAsync(Server, OperatorRole.Viewer);
        var page = new Page(Server, App);
        page.Authenticator.Aaguid = model;
        var id = await Backend.UserIdAsync(await RegisteredAsync(page: page));
        return (
            (await viewer.GetAsync($"/console/apps/acme/users/{id}")).Expect(200).Text,
            (await Manager.GetAsync($"apps/acme/users/{id}")).Expect(200).Json["devices"]![0]!["provider"]!,
            (await Backend.ListDevicesAsync(id)).Expect(200).Json["devices"]![0]!);
    }

    [Fact]
    public async Task A_model_that_metadata_knows_is_shown_with_its_picture_on_white()
    {
        var (page, provider, device) = await ShownAsync(Pictured);
        foreach (var shown in (string[])[
            "<picture class=\"model\">",
            $"<img src=\"{MetadataPublisher.Icon}\"",
            $"srcset=\"{MetadataPublisher.Icon}\"",
        ])
            Assert.Contains(shown, System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Equal((MetadataPublisher.Icon, MetadataPublisher.Icon), ((string)provider["icon_light"]!, (string)provider["icon_dark"]!));
        Assert.Contains("YubiKey", page, StringComparison.Ordinal);

        // Apps of the wire expect a drawing, in every list of devices.
        Assert.StartsWith("data:image/svg+xml;base64,", (string)device["icons"]!["light"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_only_metadata_names_has_its_name_as_text()
    {
        var (page, provider, _) = await ShownAsync(Unnamed);
        Assert.Equal("Key of <b>Acme</b>", (string)provider["name"]!);
        Assert.Contains("Key of &lt;b&gt;Acme&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>Acme", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("11111111-2222-3333-4444-555555555555")]
    [InlineData("11111111-2222-3333-4444-666666666666")]
    [InlineData("99999999-2222-3333-4444-666666666666")]
    public async Task A_picture_that_runs_script_or_is_huge_or_is_missing_gives_way_to_our_own(string model)
    {
        var (page, provider, device) = await ShownAsync(new(model));
        Assert.Equal((string)device["icons"]!["light"]!, (string)provider["icon_light"]!);
        Assert.DoesNotContain("class=\"model\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Svg(Script), System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.True(page.Length < 100_000);
    }
}
