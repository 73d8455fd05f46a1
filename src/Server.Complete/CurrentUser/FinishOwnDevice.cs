using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Statistics;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>Keeps the passkey that whoever is signed in has begun; one that was begun for somebody else is none.</summary>
internal static class FinishOwnDevice
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/currentuser/devices/finish", Handle)
        .DescribeOwn(
            nameof(FinishOwnDevice), "Keeps another passkey of who is signed in.", Refusal.WebAuthnLoginFailed,
            Refusal.TransactionNotFound, CompleteRefusals.SignInTooOld, Refusal.EnrolmentBlocked, Refusal.ConditionalCreateOff);

    private static async Task<Outcome<OwnDeviceFound>> Handle(
        AppCall call, UserCall user, RequestBody<FinishOwnDeviceRequest> body, RegistrationCeremony ceremony, PasskeyStore passkeys,
        Counting counting, TimeProvider time, CancellationToken cancellationToken)
    {
        counting.Prompted(call.AppId, body.Value.Prompt, call.Caller.UserAgent);
        if (!user.IsRecent(call, time.GetUtcNow()))
            return CompleteRefusals.SignInTooOld;
        if (body.Value.UserId is { } said && said != user.User.Id)
            return Refusal.WebAuthnLoginFailed.Because("user_id is somebody else's than the token. Start again.");
        string? device = null;
        var registered = await ceremony.FinishAsync(
            new RegistrationToFinish(call.App, body.Value.HandshakeId, body.Value.HandshakeResponse, call.Caller)
            {
                UserId = user.User.Id,
                Along = (registration, _) =>
                {
                    device = registration.DeviceId;
                    return ValueTask.FromResult(new AlongWithPasskey());
                },
            },
            cancellationToken);
        if (registered.Refusal is { } refusal)
            return refusal;
        if (user.Session.DeviceId.Length == 0)
            counting.Enrolled(call.AppId, user.Session.Amr);
        var owned = await passkeys.ListAsync(call.AppId, user.User.Id, cancellationToken);
        return owned.FirstOrDefault(passkey => passkey.DeviceId == device) is { } kept
            ? new OwnDeviceFound(OwnDevice.Of(kept))
            : Refusal.DeviceNotFound;
    }
}

internal sealed record FinishOwnDeviceRequest(string HandshakeId, JsonElement HandshakeResponse) : IRequest<FinishOwnDeviceRequest>
{
    public static JsonTypeInfo<FinishOwnDeviceRequest> Json => CurrentUserWire.Default.FinishOwnDeviceRequest;

    /// <summary>As the start answered it; the token says whose passkey it is anyway.</summary>
    public string? UserId { get; init; }

    /// <summary>What the prompt came to, for the app's figures.</summary>
    public PromptReport? Prompt { get; init; }

    public string? Complaint() => this switch
    {
        { HandshakeId: "" } => "handshake_id is empty.",
        { HandshakeResponse.ValueKind: not JsonValueKind.Object } => "handshake_response is not a JSON object.",
        _ => null,
    };
}
