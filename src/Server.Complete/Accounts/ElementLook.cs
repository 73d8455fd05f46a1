namespace OpenPassage.Server.Complete.Accounts;

/// <summary>
/// How Passage's elements look. They have no styles of their own for what an app leaves out, since Passage sent them all: a colour that is
/// missing is none, and a field without a place is not shown.
/// </summary>
internal static class ElementLook
{
    /// <summary>Columns of the grid in which the elements show the fields of a user's metadata.</summary>
    private const int Columns = 6;

    private static readonly Dictionary<string, object> Light = new(StringComparer.Ordinal)
    {
        ["container_background_color"] = "#ffffff",
        ["container_max_width"] = 300L,
        ["input_box_background_color"] = "#ffffff",
        ["input_box_border_radius"] = 5L,
        ["header_font_family"] = "Helvetica",
        ["body_font_family"] = "Helvetica",
        ["header_text_color"] = "#222222",
        ["body_text_color"] = "#222222",
        ["primary_button_background_color"] = "#121212",
        ["primary_button_text_color"] = "#f3f3f3",
        ["primary_button_hover_color"] = "#4d4d4d",
        ["primary_button_border_radius"] = 5L,
        ["primary_button_border_color"] = "#121212",
        ["primary_button_border_width"] = 0L,
        ["secondary_button_background_color"] = "#ffffff",
        ["secondary_button_text_color"] = "#222222",
        ["secondary_button_hover_color"] = "#d7d7d7",
        ["secondary_button_border_radius"] = 5L,
        ["secondary_button_border_color"] = "#d7d7d7",
        ["secondary_button_border_width"] = 1L,
    };

    private static readonly Dictionary<string, object> Dark = new(Light, StringComparer.Ordinal)
    {
        ["container_background_color"] = "#383838",
        ["input_box_background_color"] = "#4b4b4b",
        ["header_text_color"] = "#f3f3f3",
        ["body_text_color"] = "#f3f3f3",
    };

    /// <summary>Every style on light pages: the app's, or else Passage's own.</summary>
    public static Dictionary<string, object> OnLight(IEnumerable<ElementStyleOptions> styles) => Over(Light, styles);

    /// <summary>The same on dark pages.</summary>
    public static Dictionary<string, object> OnDark(IEnumerable<ElementStyleOptions> styles) => Over(Dark, styles);

    /// <summary>Where fields of metadata stand: one below the other, in their order.</summary>
    public static AppLayouts LayoutsOf(IEnumerable<MetadataFieldOptions> fields)
    {
        var all = fields.ToList();
        return new(Column(all.Where(field => field.Profile)), Column(all.Where(field => field.Registration)));

        static IReadOnlyList<LayoutPlace> Column(IEnumerable<MetadataFieldOptions> shown)
            => [.. shown.Select((field, row) => new LayoutPlace(H: 1, Id: field.Name, W: Columns, X: 0, Y: row))];
    }

    // Pixels are numbers, the rest are texts.
    private static Dictionary<string, object> Over(Dictionary<string, object> own, IEnumerable<ElementStyleOptions> styles)
    {
        var all = own.ToDictionary(style => $"passage_{style.Key}", style => style.Value, StringComparer.Ordinal);
        foreach (var style in styles)
            all[$"passage_{style.Name}"] = long.TryParse(style.Value, out var pixels) ? pixels : style.Value;
        return all;
    }
}

/// <summary>Where the elements show which fields of a user's metadata.</summary>
internal sealed record AppLayouts(IReadOnlyList<LayoutPlace> Profile, IReadOnlyList<LayoutPlace> Registration);

/// <param name="H">Height in rows.</param>
/// <param name="Id">Of the field.</param>
/// <param name="W">Width in columns, of six.</param>
/// <param name="X">Its first column.</param>
/// <param name="Y">Its first row.</param>
internal sealed record LayoutPlace(int H, string Id, int W, int X, int Y);
