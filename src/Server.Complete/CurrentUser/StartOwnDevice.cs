using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Passkeys;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Flex;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>Whoever is signed in begins another passkey; the sign-in has to be recent. Writes nothing.</summary>
internal static class StartOwnDevice
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/currentuser/devices/start", Handle)
        .WithMetadata(new RequestBodyMetadata(typeof(StartOwnDeviceRequest)))
        .DescribeOwn(
            nameof(StartOwnDevice), "What to pass to navigator.credentials.create() for another passkey.", Refusal.InvalidRequest,
            CompleteRefusals.SignInTooOld, CompleteRefusals.PasskeysOff, Refusal.EnrolmentBlocked, Refusal.ConditionalCreateOff);

    private static async Task<Outcome<StartedForUser>> Handle(
        AppCall call, UserCall user, HttpContext context, RegistrationCeremony ceremony, Counting counting,
        Lifetimes lifetimes, CancellationToken cancellationToken)
    {
        // Clients send no body where they ask for nothing.
        var utf8 = await RequestBody.ReadAsync(context.Request, cancellationToken);
        var body = utf8.Length == 0 ? new() : RequestBody.Parse(utf8, StartOwnDeviceRequest.Json);
        if (body.Complaint() is { } complaint)
            return Refusal.InvalidRequest.Because(complaint);
        counting.Prompted(call.AppId, body.Prompt, call.Caller.UserAgent);
        if (!call.App.Settings.Complete.Methods.Passkeys)
            return CompleteRefusals.PasskeysOff;
        if (!user.IsRecent(call, lifetimes.Now))
            return CompleteRefusals.SignInTooOld;

        var started = await ceremony.StartAsync(
            OwnCeremony.Of(call, user.User, user.User.Name, lifetimes) with
            {
                Attachment = OwnCeremony.AttachmentOf(body.AuthenticatorAttachment),
                Conditional = body.Mediation is not null,
            },
            cancellationToken);
        return started.Refusal is { } refusal ? refusal : new StartedForUser(Handshake.Of(started.Value)) { User = AsPublic(user.Account) };
    }

    // Clients send its id back.
    private static PublicUser AsPublic(Account account)
    {
        var first = account.Identifiers[0];
        var kind = first.Kind == Identifiers.Email.Word ? Identifiers.Email : Identifiers.Phone;
        return PublicUser.Of(account, new AccountIdentifier(kind, first.Value, first.Given), []);
    }
}

internal sealed record StartOwnDeviceRequest : IRequest<StartOwnDeviceRequest>
{
    public static JsonTypeInfo<StartOwnDeviceRequest> Json => CurrentUserWire.Default.StartOwnDeviceRequest;

    /// <summary><c>platform</c>, <c>cross-platform</c>, or <c>any</c>, which is the same as none.</summary>
    public string? AuthenticatorAttachment { get; init; }

    /// <summary><c>conditional</c>: the page asks for a passkey in passing, without a prompt; absent: with one.</summary>
    public string? Mediation { get; init; }

    /// <summary>What the prompt before came to, for the app's figures.</summary>
    public PromptReport? Prompt { get; init; }

    public string? Complaint() => OwnCeremony.Complaint(AuthenticatorAttachment)
        ?? (Mediation is null or "conditional" ? null : "mediation must be conditional. Leave it out to show a prompt.");
}
