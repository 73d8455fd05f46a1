using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Complete.Passkeys;

/// <summary>
/// What to pass to <c>navigator.credentials.get()</c>: for the account that is named, or for whoever is there. Where nobody is to learn
/// which accounts exist, one that does not looks like any other. Writes nothing.
/// </summary>
internal static class StartLogin
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/login/webauthn/start", Handle)
        .Describe(
            nameof(StartLogin),
            "What to pass to navigator.credentials.get().",
            Refusal.UserNotFound,
            Refusal.UserHasNoPasskeys,
            Refusal.UserNotActive,
            CompleteRefusals.IdentifierNotVerified,
            CompleteRefusals.PasskeysOff);

    private static async Task<Outcome<StartedForUser>> Handle(
        AppCall call, RequestBody<StartLoginRequest> body, AccountStore accounts, PasskeyStore passkeys, Decoys decoys,
        SignInCeremony ceremony, Lifetimes lifetimes, IOptions<OpenPassageOptions> options, CancellationToken cancellationToken)
    {
        var (settings, app) = (call.App.Settings.Complete, call.App);
        if (!settings.Methods.Passkeys)
            return CompleteRefusals.PasskeysOff;
        if (body.Value.Parsed is not { } identifier)
        {
            var anybody = new SignInToStart(app, call.Origin, options.Value.ConditionalHandshakeLifetime);
            return new StartedForUser(Handshake.Of(ceremony.Start(anybody)));
        }

        var account = await accounts.FindAsync(call.AppId, identifier, cancellationToken);
        // Asked for in any case: the same work, whether there is somebody or not.
        var owned = await passkeys.ListAsync(call.AppId, account?.User.Id ?? "", cancellationToken);
        IReadOnlyList<CredentialDescriptor> offered = Descriptors.Of([.. owned.Where(passkey => passkey.InactiveUntil is null)]);
        var start = new SignInToStart(app, call.Origin, lifetimes.HandshakeLifetimeOf(app));
        if (settings.HideAccounts)
        {
            var (id, handle, decoy) = (
                await decoys.UserIdAsync(call.AppId, identifier, cancellationToken),
                await decoys.HandleAsync(call.AppId, identifier, cancellationToken),
                await decoys.PasskeyAsync(call.AppId, identifier, cancellationToken));
            var isReal = account is not null && offered is not [];
            start = start with
            {
                UserId = account?.User.Id ?? id,
                UserHandle = isReal ? account!.User.Handle : handle,
                Passkeys = isReal ? offered : [decoy],
            };
            return new StartedForUser(Handshake.Of(ceremony.Start(start))) { User = PublicUser.Hidden(account?.User.Id ?? id, identifier) };
        }

        if (account is null)
            return Refusal.UserNotFound;
        if (account.User.Status == UserStatus.Inactive)
            return Refusal.UserNotActive;
        if (offered is [])
            return Refusal.UserHasNoPasskeys;
        if (settings.RequireIdentifierVerification && !account.IsVerified)
            return CompleteRefusals.IdentifierNotVerified;
        start = start with { UserId = account.User.Id, UserHandle = account.User.Handle, Passkeys = offered };
        return new StartedForUser(Handshake.Of(ceremony.Start(start))) { User = PublicUser.Of(account, identifier, owned) };
    }
}

internal sealed record StartLoginRequest : IRequest<StartLoginRequest>
{
    public static JsonTypeInfo<StartLoginRequest> Json => CompletePasskeysWire.Default.StartLoginRequest;

    /// <summary>An email address or a phone number; absent or null: whoever has a passkey of the app.</summary>
    public string? Identifier { get; init; }

    internal AccountIdentifier? Parsed
        => field ??= Identifier is not null && Identifiers.TryParse(Identifier, out var parsed) ? parsed : null;

    public string? Complaint() => Identifier is not null && Parsed is null ? IdentifierComplaint.Sentence : null;
}
