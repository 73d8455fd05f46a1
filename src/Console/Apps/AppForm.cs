using OpenPassage.OperatorConsole.Pages;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>An app's settings as a form's fields, each named as JSON names it. Lists stand one a line.</summary>
internal sealed class AppForm(AppSettings settings)
{
    /// <summary>What there is to be said.</summary>
    public IReadOnlyList<SettingField<AppOptions>> Fields => settings.Fields;

    /// <summary>Which product an app may be of; null: there is one only.</summary>
    public Setting? Products => Fields.FirstOrDefault(one => one.About.Name == nameof(AppOptions.Type))?.About;

    /// <summary>An app of what a form of a few fields says. A box that is not in it was not left empty.</summary>
    public AppOptions ReadNew(ConsoleCall call, string id)
    {
        var app = new AppOptions { Id = id };
        foreach (var field in Fields.Where(field => call.Form.ContainsKey(field.Path.Member)))
            field.Write(app, TextsOf(call, field, app));
        return app;
    }

    /// <summary>What the form says, for showing it again.</summary>
    public AppOptions Read(ConsoleCall call, string id)
    {
        var app = new AppOptions { Id = id };
        Apply(call, app);
        return app;
    }

    /// <summary>Makes the settings what the form says; what it does not say has its default.</summary>
    public void Apply(ConsoleCall call, AppOptions app)
    {
        foreach (var field in Fields)
            field.Write(app, TextsOf(call, field, app));
    }

    /// <summary>Whether a list is ticked off among a few words, rather than written.</summary>
    public static bool IsTicked(SettingField<AppOptions> field)
        => field.About is { Kind: SettingKind.Texts, Words.Count: > 0 and <= 4 };

    public static string OfLines(IEnumerable<string> lines) => string.Join('\n', lines);

    private static IReadOnlyList<string> TextsOf(ConsoleCall call, SettingField<AppOptions> field, AppOptions app)
    {
        var name = field.Path.Member;
        return field.About.Kind switch
        {
            SettingKind.Flag when field.About.Words.Count == 0 => [call.Ticked(name) ? "true" : "false"],
            SettingKind.Texts when IsTicked(field) => InOrder(field.Read(app), call.Form[name], field.About),
            SettingKind.Texts => call.Items(name),
            // What an item holds may have commas between it.
            SettingKind.Records => call.Lines(name),
            _ => call.Field(name) is { Length: > 0 } text ? [text] : [],
        };
    }

    // Boxes have no order, and the list has one: what was in it before keeps its place.
    private static IReadOnlyList<string> InOrder(IReadOnlyList<string> before, IReadOnlyList<string?> ticked, Setting setting) =>
    [
        .. before.Where(ticked.Contains),
        .. setting.Words.Select(word => word.Word).Where(word => ticked.Contains(word) && !before.Contains(word)),
    ];
}
