using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Manage;

/// <summary>
/// An app's settings in a request. What is absent stays as it is; an empty list, an empty text or a timeout of 0 takes a
/// setting away.
/// </summary>
internal abstract class AppChange
{
    private readonly Dictionary<string, Action<AppOptions>> changes = new(StringComparer.Ordinal);
    private string? complaint;

    /// <summary>Writes them into an app's settings.</summary>
    public void ApplyTo(AppOptions app)
    {
        foreach (var change in changes.Values)
            change(app);
    }

    /// <summary>How a request of this type holds them.</summary>
    protected static SettingsBody<TBody, AppOptions> BodyOf<TBody>()
        where TBody : AppChange
        => new(Read: null, static (body, setting, change) => body.changes[setting] = change)
        {
            Complain = static (body, sentence) => body.complaint ??= sentence,
        };

    protected bool Sets(string setting) => changes.ContainsKey(setting);

    protected string? SettingsComplaint() => complaint;
}
