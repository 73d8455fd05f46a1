namespace OpenPassage.OperatorConsole.Sessions;

internal enum OperatorRole
{
    /// <summary>Sees everything and changes nothing.</summary>
    Viewer,

    Admin,
}

/// <summary>The roles' words.</summary>
internal static class OperatorRoles
{
    public static string Word(this OperatorRole role) => role == OperatorRole.Admin ? "admin" : "viewer";

    public static OperatorRole? Of(string? word) => word switch
    {
        "admin" => OperatorRole.Admin,
        "viewer" => OperatorRole.Viewer,
        _ => null,
    };
}

/// <summary>Somebody who may enter the console.</summary>
internal sealed record Operator(string UserId, string Name, OperatorRole Role)
{
    /// <summary>How long a name may be.</summary>
    public const int MaxName = 64;

    /// <summary>What a name is, for whoever chose another.</summary>
    public static readonly string NameRule =
        $@"A name has 1 to {MaxName} characters, none of them /, \, % or a control character, and is not . or ..";

    public DateTimeOffset CreatedAt { get; init; }
    public long Passkeys { get; init; }

    /// <summary>Null: never since the passkey was made.</summary>
    public DateTimeOffset? LastSignIn { get; init; }

    public bool IsAdmin => Role == OperatorRole.Admin;

    /// <summary>
    /// The name as it is kept; null when it cannot be one. Management names operators in its addresses, and what lies between
    /// reads /, \, % and dots its own way, however they are escaped.
    /// </summary>
    public static string? ToName(string? text)
        => ToKept(text) is { } name && name is not ("." or "..") && name.AsSpan().IndexOfAny('/', '\\', '%') < 0 ? name : null;

    /// <summary>A name as somebody may have it, also from before there were more rules; null when nobody has.</summary>
    public static string? ToKept(string? text)
        => text?.Trim() is { Length: > 0 and <= MaxName } name && !name.Any(char.IsControl) ? name : null;

    /// <summary>The same in an address, whose %2F is all that routing leaves escaped.</summary>
    public static string? ToKeptInPath(string text) => ToKept(text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
}
