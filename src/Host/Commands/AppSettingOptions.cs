using System.CommandLine;
using System.Globalization;
using OpenPassage.Host.Serving;
using OpenPassage.Host.Terminals;
using OpenPassage.Server;
using OpenPassage.Server.Settings;

namespace OpenPassage.Host.Commands;

/// <summary>An app's settings as options: one for each field, whatever it holds.</summary>
internal sealed class AppSettingOptions
{
    /// <summary>Takes a word away that may be left out.</summary>
    private const string Any = "any";

    private readonly (Option Option, Action<Session, AppOptions> Apply)[] all = [.. ServedRooms.Settings.Fields.Select(Make)];

    public void AddTo(Command command)
    {
        foreach (var (option, _) in all)
            command.Add(option);
    }

    /// <summary>Writes what was named into an app's settings.</summary>
    public void ApplyTo(Session session, AppOptions app)
    {
        foreach (var (_, apply) in all)
            apply(session, app);
    }

    private static (Option, Action<Session, AppOptions>) Make(SettingField<AppOptions> field)
    {
        var (name, label, help) = ($"--{field.About.Option}", field.About.Label, field.About.Help);
        return field.About.Kind switch
        {
            SettingKind.Word => One(Words(name, field.About), field, word => word == Any ? "" : word!),
            SettingKind.Flag => One(
                new Option<bool?>(name) { Description = $"{label}: true or false. {help}" },
                field,
                flag => flag == true ? "true" : "false"),
            SettingKind.Span => One(
                Arguments.Span(name, $"{help.TrimEnd('.')}, such as 2m; 0s: {field.About.None}."),
                field,
                span => ((long)span!.Value.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
            SettingKind.Texts => Several(Arguments.Texts(name, ListHelp(field.About)), field),
            SettingKind.Records => Several(
                Arguments.Texts(name, $"{help} {field.About.Example}. May be repeated."), field),
            _ => One(Arguments.Text(name, help), field, text => text!),
        };
    }

    private static Option<string?> Words(string name, Setting setting)
    {
        string[] words = [.. setting.Words.Select(word => word.Word), .. setting.IsOptional ? (string[])[Any] : []];
        var option = Arguments.Word(name, setting.Label, words);
        option.Description += $" {setting.Help}";
        return option;
    }

    private static string ListHelp(Setting setting)
        => setting.Words.Count is 0 or > 4
            ? $"{setting.Help} May be repeated."
            : $"{setting.Label}: {string.Join(", ", setting.Words.Select(word => word.Word))}. {setting.Help} May be repeated.";

    private static (Option, Action<Session, AppOptions>) One<T>(Option<T> option, SettingField<AppOptions> field, Func<T, string> toText)
        => (option, (session, app) =>
        {
            if (session.Value(option) is { } value)
                field.Write(app, [toText(value)]);
        });

    // One empty text empties the list.
    private static (Option, Action<Session, AppOptions>) Several(Option<string[]> option, SettingField<AppOptions> field)
        => (option, (session, app) =>
        {
            if (session.Parsed.GetResult(option) is { Implicit: false })
                field.Write(app, [.. session.Value(option).Where(item => item.Length > 0)]);
        });
}
