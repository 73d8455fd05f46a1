using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>A page asks whether there is an account, and how its user signs in. Nobody there is no error: <c>{"user":null}</c>.</summary>
internal static class FindPublicUser
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("apps/{app_id}/users", Handle)
        .CountsCallsItself()
        .WithMetadata(new QueryParametersMetadata([new("identifier", "string", "An email address, or a phone number with its country.")]))
        .Describe(nameof(FindPublicUser), "Whether there is an account, and how its user signs in.", Refusal.InvalidRequest);

    private static async Task<Outcome<PublicUserFound>> Handle(
        AppCall call, HttpContext context, AccountStore accounts, PasskeyStore passkeys, HiddenUsers hidden, RateLimits limits,
        CancellationToken cancellationToken)
    {
        var isIdentifier = Identifiers.TryParse(context.Request.Query["identifier"].ToString(), out var identifier);
        if (limits.ForLookup(context, call.App, identifier?.Value ?? "") is { } tooMany)
            return tooMany;
        if (!isIdentifier)
            return Refusal.InvalidRequest.Because(IdentifierComplaint.Sentence);
        if (call.App.Settings.Complete.HideAccounts)
            return new PublicUserFound(await hidden.ShowAsync(call.AppId, identifier!, cancellationToken));
        var account = await accounts.FindAsync(call.AppId, identifier!, cancellationToken);
        return new PublicUserFound(account is null
            ? null
            : PublicUser.Of(account, identifier!, await passkeys.ListAsync(call.AppId, account.User.Id, cancellationToken)));
    }
}

internal sealed record PublicUserFound(PublicUser? User) : IAnswer<PublicUserFound>
{
    public static JsonTypeInfo<PublicUserFound> Json => AccountsWire.Default.PublicUserFound;
}

/// <summary>What is wrong with an identifier that is none.</summary>
internal static class IdentifierComplaint
{
    public const string Sentence = "identifier is no email address and no phone number with its country, such as +14155550123.";
}
