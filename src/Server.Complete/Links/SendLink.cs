using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Settings;
using OpenPassage.Server.Http;

namespace OpenPassage.Server.Complete.Links;

/// <summary>A page has a link sent, to sign in with or to make an account with.</summary>
internal static class SendLink
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("apps/{app_id}/login/magic-link", Login)
            .Describe(
                "SendLoginLink", "Sends a link to sign in with.", Refusal.UserNotFound, Refusal.UserNotActive, CompleteRefusals.LinksOff,
                CompleteRefusals.LinkJustSent, CompleteRefusals.TooManyLinks, CompleteRefusals.TooManyMessages);
        routes.MapPost("apps/{app_id}/register/magic-link", Register)
            .Describe(
                "SendRegisterLink", "Begins an account, or goes on with a pending one, by a link.", CompleteRefusals.SignupClosed,
                CompleteRefusals.UserExists, CompleteRefusals.LinksOff, CompleteRefusals.LinkJustSent, CompleteRefusals.TooManyLinks,
                CompleteRefusals.TooManyMessages);
    }

    private static ValueTask<Outcome<LinkSent>> Login(
        AppCall call, HttpContext context, RequestBody<SendLinkRequest> body, LinkSending sending, CancellationToken cancellationToken)
        => sending.SendAsync(call, Wanted(call, context, body.Value, registers: false), cancellationToken);

    private static ValueTask<Outcome<LinkSent>> Register(
        AppCall call, HttpContext context, RequestBody<SendLinkRequest> body, LinkSending sending, CancellationToken cancellationToken)
        => sending.SendAsync(call, Wanted(call, context, body.Value, registers: true), cancellationToken);

    private static WantedLink Wanted(AppCall call, HttpContext context, SendLinkRequest body, bool registers)
    {
        var settings = call.App.Settings.Complete;
        return new(
            body.Parsed!, body.MagicLinkPath is { Length: > 0 } path ? path : settings.LoginUrl,
            Languages.Choose(body.Language, context.Request, settings), registers);
    }
}

internal sealed record SendLinkRequest(string Identifier) : IRequest<SendLinkRequest>
{
    public static JsonTypeInfo<SendLinkRequest> Json => LinksWire.Default.SendLinkRequest;

    /// <summary>Of the message, such as <c>en</c>; one that we have not is passed over.</summary>
    public string? Language { get; init; }

    /// <summary>The page that the link leads to: a path with query and fragment. Absent: the app's login page.</summary>
    public string? MagicLinkPath { get; init; }

    internal AccountIdentifier? Parsed => field ??= Identifiers.TryParse(Identifier, out var parsed) ? parsed : null;

    public string? Complaint() => Parsed is null ? IdentifierComplaint.Sentence : Targets.WhyNotPath(MagicLinkPath);
}

/// <summary>What the page asks with whether the link was opened.</summary>
internal sealed record LinkSent(LinkSent.Handle MagicLink) : IAnswer<LinkSent>
{
    public static JsonTypeInfo<LinkSent> Json => LinksWire.Default.LinkSent;

    public static LinkSent Of(string id) => new(new Handle(id));

    internal sealed record Handle(string Id);
}
