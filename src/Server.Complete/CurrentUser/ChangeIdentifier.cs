using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Links;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Complete.Settings;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>
/// Another email address or phone number: it is sent a link, and the account goes by it once that was opened. The sign-in has to be recent.
/// </summary>
internal static class ChangeIdentifier
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Describe(
            routes.MapPatch("apps/{app_id}/currentuser/email", Email), "ChangeEmail",
            "Sends a link to another email address, which it makes the account's; empty: takes it away.");
        Describe(
            routes.MapPatch("apps/{app_id}/currentuser/phone", Phone), "ChangePhone",
            "Sends a link to another phone number, which it makes the account's; empty: takes it away.");

        static void Describe(RouteHandlerBuilder operation, string name, string summary) => operation.DescribeOwn(
            name, summary, CompleteRefusals.SignInTooOld, CompleteRefusals.UserExists, CompleteRefusals.IdentifierNotVerified,
            CompleteRefusals.LinkJustSent, CompleteRefusals.TooManyLinks, CompleteRefusals.ChangeJustAsked, CompleteRefusals.TooManyChanges,
            CompleteRefusals.TooManyMessages);
    }

    private static Task<Outcome<LinkSent>> Email(
        AppCall call, UserCall user, HttpContext context, RequestBody<ChangeEmailRequest> body, IdentifierChanging changing,
        CancellationToken cancellationToken)
        => AskAsync(call, user, context, body.Value, changing, cancellationToken);

    private static Task<Outcome<LinkSent>> Phone(
        AppCall call, UserCall user, HttpContext context, RequestBody<ChangePhoneRequest> body, IdentifierChanging changing,
        CancellationToken cancellationToken)
        => AskAsync(call, user, context, body.Value, changing, cancellationToken);

    private static async Task<Outcome<LinkSent>> AskAsync(
        AppCall call, UserCall user, HttpContext context, ChangeIdentifierRequest body, IdentifierChanging changing,
        CancellationToken cancellationToken)
    {
        var settings = call.App.Settings;
        if (Targets.WhyNotTarget(body.RedirectUrl, settings) is { } wrong)
            return Refusal.InvalidRequest.Because(wrong);
        var wanted = new WantedChange(
            body.Kind, body.Parsed, body.MagicLinkPath is { Length: > 0 } path ? path : settings.Complete.LoginUrl, body.RedirectUrl ?? "",
            Languages.Choose(body.Language, context.Request, settings.Complete));
        return await changing.AskAsync(call, user, wanted, cancellationToken);
    }
}

/// <summary>What both have in common.</summary>
internal abstract record ChangeIdentifierRequest
{
    /// <summary>Of the messages, such as <c>en</c>; one that we have not is passed over.</summary>
    public string? Language { get; init; }

    /// <summary>The page that the link leads to: a path with query and fragment. Absent: the app's login page.</summary>
    public string? MagicLinkPath { get; init; }

    /// <summary>Where the user goes afterwards: a path, or a URL on one of the app's origins. Absent: the app's.</summary>
    public string? RedirectUrl { get; init; }

    internal abstract Users.IdentifierKind Kind { get; }

    /// <summary>Null: it is to be taken away.</summary>
    internal abstract AccountIdentifier? Parsed { get; }

    protected string? PathComplaint => Targets.WhyNotPath(MagicLinkPath);
}

/// <param name="NewEmail">Empty: the account has none any more.</param>
internal sealed record ChangeEmailRequest(string NewEmail) : ChangeIdentifierRequest, IRequest<ChangeEmailRequest>
{
    public static JsonTypeInfo<ChangeEmailRequest> Json => CurrentUserWire.Default.ChangeEmailRequest;

    internal override Users.IdentifierKind Kind => Identifiers.Email;

    internal override AccountIdentifier? Parsed => field ??= Identifiers.ParseEmail(NewEmail);

    public string? Complaint() => NewEmail.Length > 0 && Parsed is null
        ? "new_email is no email address, such as ada@example.com."
        : PathComplaint;
}

/// <param name="NewPhone">With its country, such as <c>+14155550123</c>. Empty: the account has none any more.</param>
internal sealed record ChangePhoneRequest(string NewPhone) : ChangeIdentifierRequest, IRequest<ChangePhoneRequest>
{
    public static JsonTypeInfo<ChangePhoneRequest> Json => CurrentUserWire.Default.ChangePhoneRequest;

    internal override Users.IdentifierKind Kind => Identifiers.Phone;

    internal override AccountIdentifier? Parsed => field ??= Identifiers.ParsePhone(NewPhone);

    public string? Complaint() => NewPhone.Length > 0 && Parsed is null
        ? "new_phone is no phone number with its country, such as +14155550123."
        : PathComplaint;
}
