using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using OpenPassage.Host.Serving;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Tests.Host;
using OpenPassage.Server.Tests.OperatorConsole;

namespace OpenPassage.Server.Tests.Apps;

/// <summary>Every setting of an app, on every surface: none is left out anywhere, and each says the same everywhere.</summary>
public partial class AppSettingsTests(AppSettingsTests.Fixture server) : OwnServerTests(server), IClassFixture<AppSettingsTests.Fixture>
{
    public sealed class Fixture : ServerFixture
    {
        protected override IEnumerable<string> Settings
        {
            get
            {
                // Without somebody to vouch for authenticators, attestation cannot be required.
                var root = Path.Combine(DataDirectory, "root.pem");
                File.WriteAllText(root, OpenPassage.Authenticator.CertificateAuthority.Shared.ToPem());
                return [$"--OpenPassage:AttestationAnchors={root}"];
            }
        }
    }

    private static readonly AppJson Json = new(ServedRooms.Settings);

    private static readonly string[] NoSettings = ["id", "source", "read_only_because", "in_service", "created_at", "updated_at"];

    private static Dictionary<string, string> Sample { get; } = Fields(SampleSettings.App("x"));

    private static Dictionary<string, string> Fields(AppOptions app)
        => ServedRooms.Settings.Fields.ToDictionary(
            field => field.Path.Member, field => string.Join('\n', field.Read(app)), StringComparer.Ordinal);

    private static AppOptions Parsed(JsonNode json)
    {
        var app = new AppOptions();
        var known = json.Deserialize(Json.Of<ManagedApp>())!;
        foreach (var field in ServedRooms.Settings.Fields)
            field.Write(app, field.Read(known.Settings));
        return app;
    }

    private static JsonObject Members(string id)
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var json = JsonSerializer.SerializeToNode(
            ManagedApp.Of(new AppRecord(SampleSettings.App(id), AppSource.Managed, true, now, now)), Json.Of<ManagedApp>())!.AsObject();
        foreach (var other in NoSettings)
            json.Remove(other);
        return json;
    }

    [Fact]
    public void Each_says_what_it_is_called_and_what_it_does()
    {
        Assert.All(ServedRooms.Settings.Fields, field =>
        {
            Assert.NotEmpty(field.About.Label);
            Assert.NotEmpty(field.About.Option);
            var end = field.About.Section == PlaceSettings.PasswordManagers ? "https://…" : ".";
            Assert.EndsWith(end, field.About.Help, StringComparison.Ordinal);
            Assert.NotNull(field.About.Section);
            // A sample that is the default would show nothing.
            Assert.NotEqual(field.Read(new AppOptions()), field.Read(SampleSettings.App("x")));
        });
        Assert.Distinct(ServedRooms.Settings.Fields.Select(field => field.About.Option));
        Assert.Distinct(ServedRooms.Settings.All.Select(setting => setting.Member));
        Assert.All(ServedRooms.Settings.All, setting => Assert.NotEmpty(setting.Meaning));
    }

    [Fact]
    public void What_is_made_of_nothing_is_the_default()
    {
        var (plain, written) = (new AppOptions { Id = "x" }, SampleSettings.App("x"));
        foreach (var field in ServedRooms.Settings.Fields)
            field.Write(written, []);
        // A name is never nothing where somebody writes it.
        plain.Name = "";
        Assert.Equal(Fields(plain), Fields(written));
        Assert.Equal(
            JsonSerializer.Serialize(ManagedApp.Of(Record(plain)), Json.Of<ManagedApp>()),
            JsonSerializer.Serialize(ManagedApp.Of(Record(written)), Json.Of<ManagedApp>()));

        static AppRecord Record(AppOptions app) => new(ServedRooms.Settings.Kept(app), AppSource.Managed, true, default, default);
    }

    [Theory]
    [InlineData("Height")]
    [InlineData("Height in cm")]
    [InlineData("Height, in cm")]
    [InlineData("a=b")]
    [InlineData("a  b")]
    [InlineData("12\"")]
    [InlineData("\"12\"")]
    [InlineData("\"a, b\" c")]
    [InlineData("no\u00A0break")]
    public void A_label_is_the_same_after_a_form_has_shown_and_taken_it(string label)
    {
        var field = ServedRooms.Settings.Fields.Single(one => one.About.Option == "user-metadata");
        var (shown, taken) = (new AppOptions(), new AppOptions());
        shown.Complete.UserMetadata.Add(new() { Name = "height", Type = "integer", Profile = false, FriendlyName = label });
        field.Write(taken, field.Read(shown));
        Assert.Equivalent(shown.Complete.UserMetadata[0], Assert.Single(taken.Complete.UserMetadata), strict: true);
    }

    [Fact]
    public void A_label_needs_no_quotes_between_its_words()
    {
        var field = ServedRooms.Settings.Fields.Single(one => one.About.Option == "user-metadata");
        var app = new AppOptions();
        field.Write(app, ["height=integer,profile,Height in cm"]);
        Assert.Equal("Height in cm", Assert.Single(app.Complete.UserMetadata).FriendlyName);
    }

    [Fact]
    public void The_configuration_sets_each()
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["Apps:0:Id"] = "x" };
        Flatten(Members("x"), "Apps:0");
        var options = new OpenPassageOptions();
        new OptionsFromConfiguration(
            new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), ServedRooms.Settings).Configure(options);

        Assert.Equal(Sample, Fields(Assert.Single(options.Apps)));

        void Flatten(JsonNode? node, string at)
        {
            if (node is JsonObject members)
            {
                foreach (var (name, value) in members)
                    Flatten(InTime(name, value), $"{at}:{NoWord().Replace(name, "")}");
            }
            else if (node is JsonArray items)
            {
                for (var i = 0; i < items.Count; i++)
                    Flatten(items[i], $"{at}:{i}");
            }
            else if (node is not null)
            {
                settings[at] = node.ToString();
            }
        }

        // The configuration has no seconds.
        static JsonNode? InTime(string name, JsonNode? value) => name.EndsWith("_seconds", StringComparison.Ordinal) && value is not null
            ? JsonValue.Create(TimeSpan.FromSeconds((int)value).ToString())
            : value;
    }

    [Fact]
    public async Task The_API_sets_and_shows_each_and_the_audit_names_what_changed()
    {
        var app = await Manager.AppAsync(
            new JsonObject { ["rp_id"] = "shop.example", ["origins"] = new JsonArray("https://shop.example") });
        var members = Members(app.Id);
        members.Remove("rp_id");
        foreach (var (member, value) in members)
        {
            var shown = (await Manager.PatchAsync($"apps/{app.Id}", new JsonObject { [member] = value!.DeepClone() })).Expect(200).Json;
            Assert.True(JsonNode.DeepEquals(value, shown[member]), $"{member}: {shown[member]}");
        }

        Assert.Equal(Sample, Fields(Parsed((await Manager.GetAsync($"apps/{app.Id}")).Expect(200).Json)));
        var changes = (await Manager.GetAsync($"apps/{app.Id}/audit?limit=100")).Expect(200).Json["changes"]!.AsArray()
            .Where(change => (string)change!["action"]! == "UpdateApp")
            .Select(change => Assert.Single(Differing(change!["before"]!, change["after"]!)));
        Assert.Equal(members.Select(member => member.Key).Order(StringComparer.Ordinal), changes.Order(StringComparer.Ordinal));
        await LetGoAsync(app.Id);
    }

    [Fact]
    public async Task The_console_shows_each_saves_each_and_keeps_what_nobody_touches()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var id = (await Manager.PostAsync("apps", Members("x"))).Expect(200)["id"]!;
        var address = $"/console/apps/{id}/settings";
        var shown = Filled((await admin.GetAsync(address)).Expect(200).Text);

        Assert.Equal(303, (await admin.PostAsync(address, [.. shown])).Status);
        Assert.Equal(Sample, Fields(Parsed((await Manager.GetAsync($"apps/{id}")).Expect(200).Json)));

        foreach (var field in ServedRooms.Settings.Fields.Where(field => field.Path.Member is not ("name" or "rp_id" or "origins")))
        {
            var without = shown.Where(filled => filled.Name != field.Path.Member).ToArray();
            if (field.Path.Member == "attestation")
                without = [.. without.Where(filled => filled.Name != "require_attestation")];
            (await admin.PostAsync(address, without)).Expect(303);
            var kept = Parsed((await Manager.GetAsync($"apps/{id}")).Expect(200).Json);
            var expected = field.Path.Member == "rp_name" ? kept.Name : string.Join('\n', field.Read(new AppOptions()));
            Assert.True(expected == string.Join('\n', field.Read(kept)), $"{field.Path.Member} stays when its field is empty");
        }

        await LetGoAsync(id);
    }

    [Fact]
    public async Task The_command_line_sets_and_shows_each()
    {
        // A database of its own: the server's may be on the other engine.
        string[] data =
        [
            $"--OpenPassage:DataDirectory={Path.Combine(Server.DataDirectory, "by-command")}",
            $"--OpenPassage:AttestationAnchors={Path.Combine(Server.DataDirectory, "root.pem")}",
        ];
        var arguments = ServedRooms.Settings.Fields.SelectMany(field => SampleSettings.Of(field).SelectMany(text => (string[])
            [$"--{field.About.Option}", field.About.Kind switch
            {
                SettingKind.Span => $"{text}s",
                SettingKind.Records => AsArgument(text),
                _ => text,
            }]));
        var (exitCode, made) = await Executable.RunAsync(["app", "create", "by-command", .. arguments, "--json", .. data]);
        Assert.True(exitCode == 0, made);
        Assert.Equal(Sample, Fields(Parsed(JsonNode.Parse(made)!)));

        var (_, table) = await Executable.RunAsync(["app", "show", "by-command", .. data]);
        foreach (var field in ServedRooms.Settings.Fields)
        {
            var name = field.Path.Member.Replace('_', ' ').Replace('.', ' ');
            var line = table.Split('\n').SingleOrDefault(line => line.StartsWith($"{name}  ", StringComparison.Ordinal));
            Assert.True(line is not null, $"app show leaves {name} out:\n{table}");
            foreach (var word in string.Join(' ', SampleSettings.Of(field)).Split(' ', '\t'))
                Assert.True(line.Contains(word, StringComparison.Ordinal), $"{line} lacks {word}");
        }
    }

    [Fact]
    public async Task The_guide_has_a_row_for_each_made_of_what_the_setting_says()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "OpenPassage.slnx")))
            root = root.Parent!;
        var guide = await File.ReadAllLinesAsync(Path.Combine(root.FullName, "docs", "guides", "configuration.md"));
        Assert.All(ServedRooms.Settings.All, setting => Assert.True(
            guide.Contains(Row(setting)), $"configuration.md lacks this row, in place of one that it may have:\n{Row(setting)}"));
        var rows = guide.Where(row => row.StartsWith("| `Apps:N:", StringComparison.Ordinal)).ToList();
        Assert.Equal([$"| `Apps:N:{nameof(AppOptions.Id)}`", $"| `Apps:N:{nameof(AppOptions.ApiKeys)}:M`"],
            rows.Except(ServedRooms.Settings.All.Select(Row)).Select(row => row.Split(" | ")[0]));
    }

    [Fact]
    public void A_complaint_carries_its_path()
    {
        var app = SampleSettings.App("x");
        app.AndroidApps[1].CertificateFingerprints.Add("nonsense");
        app.PasskeyEndpoints.Manage = "nonsense";
        app.RelatedOrigins[1] = "nonsense";
        var complaints = ServedRooms.Settings.Broken(app, new OpenPassageOptions { AttestationAnchors = "a file" }).ToList();
        Assert.Equal(
            ["RelatedOrigins:1", "AndroidApps:1:CertificateFingerprints:1", "PasskeyEndpoints:Manage"],
            complaints.Select(complaint => complaint.Path.Text));
        Assert.Equal(
            ["related_origins[1]", "android_apps[1].certificate_fingerprints[1]", "passkey_endpoints.manage"],
            complaints.Select(complaint => complaint.Path.Member));
        Assert.StartsWith(
            "android_apps[1].certificate_fingerprints[1] is 'nonsense' and should", complaints[1].OnTheWire, StringComparison.Ordinal);
        Assert.StartsWith(
            "OpenPassage:Apps:3:PasskeyEndpoints:Manage is 'nonsense'", complaints[2].Declared("Apps:3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_console_takes_records_as_the_command_line_does()
    {
        using var admin = await Visitor.OperatorAsync(Server, OperatorRole.Admin);
        var id = (await Manager.PostAsync("apps", Members("x"))).Expect(200)["id"]!;
        var address = $"/console/apps/{id}/settings";
        var records = ServedRooms.Settings.Fields.Where(field => field.About.Kind == SettingKind.Records)
            .Select(field => field.Path.Member).ToHashSet(StringComparer.Ordinal);
        (string Name, string Value)[] typed =
        [
            .. Filled((await admin.GetAsync(address)).Expect(200).Text).Select(filled => records.Contains(filled.Name)
                ? (filled.Name, string.Join('\n', filled.Value.Split('\n').Select(AsArgument)))
                : filled),
        ];
        Assert.Contains(typed, filled => filled.Name == "android_apps" && filled.Value.Contains('=', StringComparison.Ordinal));

        (await admin.PostAsync(address, typed)).Expect(303);
        Assert.Equal(Sample, Fields(Parsed((await Manager.GetAsync($"apps/{id}")).Expect(200).Json)));
        await LetGoAsync((string)id!);
    }

    // NAME=WORD,WORD, as an option of the command line takes it.
    private static string AsArgument(string record) => BlankOutsideQuotes().Replace(FirstBlank().Replace(record, "=", 1), ",");

    // Apps of one domain agree on its pages.
    private async Task LetGoAsync(string app) => (await Manager.DeleteAsync($"apps/{app}")).Expect(200);

    private static string Row(Setting setting)
    {
        var places = setting.Places.Select((place, i) => i == 0 ? $"`Apps:N:{place}`" : $"`{place}`");
        return $"| {string.Join(", ", places)} | {setting.Default}{(setting.Default.Length > 0 ? " " : "")}| {setting.Meaning} |";
    }

    private static IEnumerable<string> Differing(JsonNode before, JsonNode after)
        => before.AsObject().Select(member => member.Key)
            .Where(member => member != "updated_at" && !JsonNode.DeepEquals(before[member], after[member]));

    /// <summary>What a browser would send of the page's form, were nothing changed.</summary>
    private static List<(string Name, string Value)> Filled(string page)
    {
        var end = page.IndexOf("<div class=\"actions\"", StringComparison.Ordinal);
        var form = page[page.IndexOf("<fieldset", StringComparison.Ordinal)..end];
        List<(string, string)> filled = [];
        foreach (Match input in Input().Matches(form))
        {
            var value = Value().Match(input.Value).Groups["value"].Value;
            if (!input.Value.Contains("type=\"checkbox\"", StringComparison.Ordinal))
                filled.Add((NameIn(input.Value), WebUtility.HtmlDecode(value)));
            else if (input.Value.Contains(" checked", StringComparison.Ordinal))
                filled.Add((NameIn(input.Value), value.Length > 0 ? value : "on"));
        }

        foreach (Match area in Area().Matches(form))
            filled.Add((NameIn(area.Value), WebUtility.HtmlDecode(area.Groups["value"].Value)));
        foreach (Match select in Select().Matches(form))
            filled.Add((NameIn(select.Value), Selected().Match(select.Value).Groups["value"].Value));
        return filled;
    }

    private static string NameIn(string tag) => NameAttribute().Match(tag).Groups["value"].Value;

    [GeneratedRegex("_seconds|_", RegexOptions.None, 1000)]
    private static partial Regex NoWord();

    [GeneratedRegex(" ", RegexOptions.None, 1000)]
    private static partial Regex FirstBlank();

    [GeneratedRegex(" (?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", RegexOptions.None, 1000)]
    private static partial Regex BlankOutsideQuotes();

    [GeneratedRegex("<input[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Input();

    [GeneratedRegex("<textarea[^>]*>(?<value>[^<]*)</textarea>", RegexOptions.None, 1000)]
    private static partial Regex Area();

    [GeneratedRegex("<select.*?</select>", RegexOptions.Singleline, 1000)]
    private static partial Regex Select();

    [GeneratedRegex("<option value=\"(?<value>[^\"]*)\" selected", RegexOptions.None, 1000)]
    private static partial Regex Selected();

    [GeneratedRegex(" value=\"(?<value>[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Value();

    [GeneratedRegex(" name=\"(?<value>[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex NameAttribute();
}
