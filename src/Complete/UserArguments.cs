using System.Text.Json.Nodes;

namespace OpenPassage.Complete;

/// <summary>A user to create: with an email address, a phone number, or both.</summary>
public sealed record CreateUserArgs
{
    /// <summary>The email address.</summary>
    public string? Email { get; init; }

    /// <summary>The phone number, with its country: <c>+15005550006</c>.</summary>
    public string? Phone { get; init; }

    /// <summary>Fields of the app's metadata schema; null: none.</summary>
    public JsonObject? UserMetadata { get; init; }
}

/// <summary>What to change of a user. What is null stays as it is.</summary>
public sealed record UpdateUserOptions
{
    /// <summary>The new email address; empty: none any more.</summary>
    public string? Email { get; init; }

    /// <summary>The new phone number, with its country: <c>+15005550006</c>; empty: none any more.</summary>
    public string? Phone { get; init; }

    /// <summary>Fields of the app's metadata schema: those that it names are changed, and one whose value is null is removed.</summary>
    public JsonObject? UserMetadata { get; init; }
}
