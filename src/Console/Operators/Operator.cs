namespace OpenPassage.OperatorConsole.Operators;

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

    public DateTimeOffset CreatedAt { get; init; }
    public long Passkeys { get; init; }

    /// <summary>Null: never since the passkey was made.</summary>
    public DateTimeOffset? LastSignIn { get; init; }

    public bool IsAdmin => Role == OperatorRole.Admin;

    /// <summary>The name as it is kept; null when it cannot be one.</summary>
    public static string? ToName(string? text)
        => text?.Trim() is { Length: > 0 and <= MaxName } name && !name.Any(char.IsControl) ? name : null;
}
