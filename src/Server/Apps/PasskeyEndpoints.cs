namespace OpenPassage.Server.Apps;

/// <summary>Where an app's users make and manage their passkeys; null where there is no such page.</summary>
internal sealed record PasskeyEndpoints(string? Enroll, string? Manage, string? PrfUsageDetails);
