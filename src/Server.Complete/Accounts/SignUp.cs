using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Users;

namespace OpenPassage.Server.Complete.Accounts;

/// <summary>
/// A page begins an account. It is pending until its user has a passkey; beginning it again goes on with the same one. What nobody goes
/// on with is gone a day later. Where nobody is to learn which accounts exist, it writes nothing and answers alike for all.
/// </summary>
internal static class SignUp
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/users", Handle)
        .Describe(
            nameof(SignUp),
            "Begins an account, or goes on with a pending one.",
            CompleteRefusals.SignupClosed,
            CompleteRefusals.UserExists);

    /// <summary>Why nobody may begin an account with an identifier; null: anybody may.</summary>
    public static Refusal? WhyNot(CompleteAppOptions settings, AccountIdentifier identifier)
    {
        if (!settings.PublicSignup)
            return CompleteRefusals.SignupClosed;
        if (settings.AllowedIdentifier == "both" || settings.AllowedIdentifier == identifier.Kind.Word)
            return null;
        return Refusal.InvalidRequest.Because(settings.AllowedIdentifier == "email"
            ? "identifier is a phone number, and people sign up with an email address here."
            : "identifier is an email address, and people sign up with a phone number here.");
    }

    /// <summary>
    /// Whether nobody is to learn which accounts exist from a sign-up either: then an account comes to be when its address or number is
    /// proven, which takes codes or links.
    /// </summary>
    public static bool IsHidden(CompleteAppOptions settings)
        => settings.HideAccounts && (settings.Methods.Otp || settings.Methods.MagicLink);

    private static async Task<Outcome<SignedUp>> Handle(
        AppCall call, RequestBody<SignUpRequest> body, AccountStore accounts, PasskeyStore passkeys, HiddenUsers hidden,
        CancellationToken cancellationToken)
    {
        var (settings, identifier) = (call.App.Settings.Complete, body.Value.Parsed!);
        if (WhyNot(settings, identifier) is { } why)
            return why;
        if (IsHidden(settings))
        {
            var (_, wrong) = MetadataSchema.Merge(settings.UserMetadata, known: null, body.Value.UserMetadata, field => field.Registration);
            if (wrong is not null)
                return Refusal.InvalidRequest.Because(wrong);
            return new SignedUp(await hidden.ShowAsync(call.AppId, identifier, cancellationToken));
        }

        for (var tries = 0; tries < 3; tries++)
        {
            if (await accounts.FindAsync(call.AppId, identifier, cancellationToken) is not { } known)
            {
                var (metadata, complaint) = MetadataSchema.Merge(
                    settings.UserMetadata, known: null, body.Value.UserMetadata, field => field.Registration);
                if (complaint is not null)
                    return Refusal.InvalidRequest.Because(complaint);
                if (await accounts.CreateAsync(
                    call.AppId, [identifier], metadata, signedUp: true, along: null, cancellationToken) is { } made)
                    return new SignedUp(PublicUser.Of(made, identifier, []));
                continue;
            }

            if (known.User.Status != UserStatus.Pending)
                return CompleteRefusals.UserExists;
            // What a backend has said of somebody is not a stranger's to change.
            var (changed, complaintNow) = MetadataSchema.Merge(
                settings.UserMetadata, known.User.Metadata, body.Value.UserMetadata, field => field.Registration);
            if (complaintNow is not null)
                return Refusal.InvalidRequest.Because(complaintNow);
            if (!known.User.SignedUp || changed == known.User.Metadata
                || await accounts.SetMetadataAsync(call.AppId, known.User, changed, cancellationToken))
                return new SignedUp(
                    PublicUser.Of(known, identifier, await passkeys.ListAsync(call.AppId, known.User.Id, cancellationToken)));
        }

        return Refusal.Busy;
    }
}

internal sealed record SignUpRequest(string Identifier) : IRequest<SignUpRequest>
{
    public static JsonTypeInfo<SignUpRequest> Json => AccountsWire.Default.SignUpRequest;

    /// <summary>The fields that the app takes at sign-up.</summary>
    public JsonElement UserMetadata { get; init; }

    internal AccountIdentifier? Parsed => field ??= Identifiers.TryParse(Identifier, out var parsed) ? parsed : null;

    public string? Complaint() => Parsed is null ? IdentifierComplaint.Sentence : null;
}

internal sealed record SignedUp(PublicUser User) : IAnswer<SignedUp>
{
    public static JsonTypeInfo<SignedUp> Json => AccountsWire.Default.SignedUp;
}
