using System.Text.Json;
using System.Text.Json.Serialization;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Flex;

/// <summary>A user as lists show it. Texts are empty rather than null; the metadata's key is there also when it is null.</summary>
internal record UserItem
{
    public required string Id { get; init; }
    public required string ExternalId { get; init; }
    public required string Email { get; init; }
    public required bool EmailVerified { get; init; }
    public required string Phone { get; init; }
    public required bool PhoneVerified { get; init; }
    public required UserState Status { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The zero time: never.</summary>
    public required DateTimeOffset LastLoginAt { get; init; }

    public required long LoginCount { get; init; }
    public required JsonElement? UserMetadata { get; init; }

    /// <param name="user">Whom.</param>
    /// <param name="identifiers">What the user goes by beside the external id: nothing in Flex.</param>
    public static UserItem Of(User user, IEnumerable<Identifier> identifiers)
    {
        var email = identifiers.FirstOrDefault(identifier => identifier.Kind == IdentifierKind.Email);
        var phone = identifiers.FirstOrDefault(identifier => identifier.Kind == IdentifierKind.Phone);
        return new()
        {
            Id = user.Id,
            ExternalId = user.ExternalId ?? "",
            Email = email?.Value ?? "",
            EmailVerified = email?.VerifiedAt is not null,
            Phone = phone?.Value ?? "",
            PhoneVerified = phone?.VerifiedAt is not null,
            Status = StatusOf(user.Status),
            CreatedAt = user.CreatedAt,
            UpdatedAt = user.UpdatedAt,
            LastLoginAt = user.LastLoginAt ?? default,
            LoginCount = user.LoginCount,
            UserMetadata = MetadataOf(user),
        };
    }

    internal static UserState StatusOf(UserStatus status) => status switch
    {
        UserStatus.Active => UserState.Active,
        UserStatus.Inactive => UserState.Inactive,
        _ => UserState.Pending,
    };

    internal static JsonElement? MetadataOf(User user) => user.Metadata is null ? null : JsonElement.Parse(user.Metadata);
}

[JsonConverter(typeof(JsonStringEnumConverter<UserState>))]
internal enum UserState
{
    [JsonStringEnumMemberName("active")]
    Active,
    [JsonStringEnumMemberName("inactive")]
    Inactive,
    [JsonStringEnumMemberName("pending")]
    Pending,
}
