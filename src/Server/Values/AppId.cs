namespace OpenPassage.Server.Values;

/// <summary>An app's id, case-sensitive. Every row belongs to one.</summary>
internal readonly record struct AppId(string Value)
{
    public override string ToString() => Value;
}
