using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Complete;

/// <summary>An app with styles of its own.</summary>
public class StyledSite : CompleteSite
{
    protected override IEnumerable<string> AppSettings =>
    [
        "ElementCustomization:0:Name=primary_button_background_color",
        "ElementCustomization:0:Value=#003366",
        "ElementCustomizationDark:0:Name=container_max_width",
        "ElementCustomizationDark:0:Value=420",
    ];
}

/// <summary>Passage's elements have no colour, no width and no field that the answer does not name.</summary>
public class ElementLookTests(StyledSite site) : IClassFixture<StyledSite>
{
    [Fact]
    public async Task Every_style_is_there_the_apps_own_or_the_one_that_Passage_had()
    {
        var app = await AppAsync();

        var (light, dark) = (app["element_customization"]!.AsObject(), app["element_customization_dark"]!.AsObject());
        Assert.Equal(20, light.Count);
        Assert.Equal(light.Select(style => style.Key), dark.Select(style => style.Key));
        Assert.Equal(
            ("#003366", "#121212"), (Text(light, "primary_button_background_color"), Text(dark, "primary_button_background_color")));
        Assert.Equal((300, 420), (Pixels(light, "container_max_width"), Pixels(dark, "container_max_width")));
        Assert.Equal(("#ffffff", "#383838"), (Text(light, "container_background_color"), Text(dark, "container_background_color")));
        Assert.Equal(("#222222", "#f3f3f3"), (Text(light, "body_text_color"), Text(dark, "body_text_color")));
        Assert.Equal(("Helvetica", 1), (Text(light, "body_font_family"), Pixels(dark, "secondary_button_border_width")));
    }

    [Fact]
    public async Task Every_field_of_metadata_has_a_place_where_it_is_to_be_shown()
    {
        var app = await AppAsync();

        const string Nickname = """{"h":1,"id":"nickname","w":6,"x":0,"y":0}""";
        Assert.Equal(
            $$$"""{"profile":[{{{Nickname}}},{"h":1,"id":"age","w":6,"x":0,"y":1}],"registration":[{{{Nickname}}}]}""",
            app["layouts"]!.ToJsonString());
        Assert.Equal(["nickname", "age", "plan"], app["user_metadata_schema"]!.AsArray().Select(field => (string)field!["id"]!));
    }

    private async Task<JsonObject> AppAsync() => (await new Visitor(site).GetAsync("")).Expect(200).Json["app"]!.AsObject();

    private static string Text(JsonObject styles, string name) => (string)styles[$"passage_{name}"]!;

    private static int Pixels(JsonObject styles, string name) => (int)styles[$"passage_{name}"]!;
}
