using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Management;

/// <summary>
/// A backend makes an account. It is pending, and whoever knows its address or number cannot claim it: its first passkey needs a proof.
/// </summary>
internal static class CreateAccount
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/users", Handle)
        .Needs(ApiKeyScopes.UsersWrite)
        .Describe(nameof(CreateAccount), "Makes an account that its user has yet to come to.", CompleteRefusals.UserExists);

    private static async Task<Outcome<AccountCreated>> Handle(
        AppCall call, RequestBody<CreateAccountRequest> body, ManagedAccounts accounts, UserInfos infos,
        CancellationToken cancellationToken)
    {
        var made = await accounts.CreateAsync(call.App, body.Value.Names, body.Value.UserMetadata, call.Actor, cancellationToken);
        return new AccountCreated(await infos.OfAsync(call.App, made.User, cancellationToken));
    }
}

internal sealed record CreateAccountRequest : IRequest<CreateAccountRequest>
{
    public static JsonTypeInfo<CreateAccountRequest> Json => ManagementWire.Default.CreateAccountRequest;

    /// <summary>An email address. One of the two there must be; absent, null and empty are the same.</summary>
    public string? Email { get; init; }

    /// <summary>A phone number with its country, such as <c>+14155550123</c>.</summary>
    public string? Phone { get; init; }

    /// <summary>Any of the app's fields.</summary>
    public JsonElement UserMetadata { get; init; }

    internal IReadOnlyList<AccountIdentifier> Names => field ??= GivenNames.Of(Email, Phone);

    public string? Complaint() => GivenNames.Complaint(Email, Phone);
}

/// <summary>What a backend says that an account goes by.</summary>
internal static class GivenNames
{
    public static string? Complaint(string? email, string? phone)
    {
        if (email is { Length: > 0 } && Identifiers.ParseEmail(email) is null)
            return AccountRules.NoEmail;
        return phone is { Length: > 0 } && Identifiers.ParsePhone(phone) is null ? AccountRules.NoPhone : null;
    }

    /// <summary>Those that say something.</summary>
    public static IReadOnlyList<AccountIdentifier> Of(string? email, string? phone)
        => [.. new[] { Identifiers.ParseEmail(email ?? ""), Identifiers.ParsePhone(phone ?? "") }.OfType<AccountIdentifier>()];
}

internal sealed record AccountCreated(UserInfo User) : IAnswer<AccountCreated>
{
    public static JsonTypeInfo<AccountCreated> Json => ManagementWire.Default.AccountCreated;

    public static int Status => StatusCodes.Status201Created;
}
