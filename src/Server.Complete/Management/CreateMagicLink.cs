using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Links;
using OpenPassage.Server.Complete.Messages;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Settings;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Management;

/// <summary>
/// A backend makes a link that signs one of its users in or verifies the address or number, and sends it itself or has it sent. Where there
/// is no such account yet, one is made.
/// </summary>
internal static class CreateMagicLink
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/magic-links", Handle)
        .Needs(ApiKeyScopes.UsersWrite)
        .Describe(
            nameof(CreateMagicLink), "Makes a link that signs a user in or verifies an address, and sends it if you like.",
            Refusal.UserNotFound, CompleteRefusals.LinksOff, CompleteRefusals.ProviderRequired, CompleteRefusals.TooManyMessages);

    private static async Task<Outcome<MagicLinkCreated>> Handle(
        AppCall call, HttpContext context, RequestBody<CreateMagicLinkRequest> body, ManagedLinks links,
        CancellationToken cancellationToken)
    {
        var (app, wanted) = (call.App, body.Value);
        if (wanted.Type != CreateMagicLinkRequest.Verify && !app.Settings.Complete.Methods.MagicLink)
            return CompleteRefusals.LinksOff;
        if (Targets.WhyNotTarget(wanted.RedirectUrl, app.Settings) is { } wrong)
            return Refusal.InvalidRequest.Because(wrong);
        return await links.CreateAsync(
            app, wanted, Languages.Choose(wanted.Language, context.Request, app.Settings.Complete), call.Actor, cancellationToken);
    }
}

/// <summary>Links as those who manage an app make them, each with its line in the audit.</summary>
internal sealed class ManagedLinks(
    Database database, AccountStore accounts, ManagedAccounts managed, Outbox outbox, MessageBudgets budgets, AuditStore audit,
    TimeProvider time)
{
    private const string IsThere = "EXISTS (SELECT 1 FROM users WHERE app_id = @app AND user_id = @user)";

    public async ValueTask<Outcome<MagicLinkCreated>> CreateAsync(
        App app, CreateMagicLinkRequest wanted, string language, Actor actor, CancellationToken cancellationToken)
    {
        var settings = app.Settings.Complete;
        var account = await AccountOfAsync(app, wanted, actor, cancellationToken);
        if (NameOf(account, wanted) is not { } to)
            return Refusal.InvalidRequest.Because($"The user has no {wanted.Channel}: choose another channel.");
        if (wanted.Send && outbox.WhyNot(to) is not null)
            return CompleteRefusals.ProviderRequired;
        if (wanted.Send && !await budgets.AllowsAsync(app, to.Kind, cancellationToken))
            return CompleteRefusals.TooManyMessages with { RetryAfter = TimeSpan.FromMinutes(1) };

        var now = time.GetUtcNow();
        var lifetime = wanted.Ttl is > 0 and var minutes ? TimeSpan.FromMinutes(minutes) : settings.Methods.MagicLinkTtl;
        var purpose = wanted.Type == CreateMagicLinkRequest.Verify ? LinkPurpose.Verify : LinkPurpose.SignIn;
        NewLink link = new(Ids.New(), LinkSecret.New(), purpose, to)
        {
            UserId = account.User.Id,
            RedirectUrl = wanted.RedirectUrl ?? "",
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };
        var url = LinkUrl.Of(
            app, wanted.MagicLinkPath is { Length: > 0 } path ? path : settings.LoginUrl, link.Purpose, link.Secret);
        Parameter[] parameters = [Text("user", account.User.Id)];
        var making = LinkStore.Making(app.Id, link, IsThere, parameters);
        List<Statement> statements =
        [
            audit.Line(app.Id, actor, nameof(CreateMagicLink), account.User.Id, before: null, after: null, IsThere, parameters),
            making,
        ];
        if (wanted.Send)
        {
            var message = new Message(KindOf(purpose, account), to, language)
            {
                UserId = account.User.Id, Link = url, ValidFor = lifetime, AskedAt = now,
            };
            statements.Add(await outbox.WritingAsync(app, message, IsThere, parameters, cancellationToken));
        }

        var touched = await database.WriteAsync([.. statements], cancellationToken);
        if (touched.By(making) == 0)
            return Refusal.UserNotFound;
        if (wanted.Send)
            outbox.Hurry();
        return new MagicLinkCreated(new(
            Activated: false, app.Id.Value, link.Id, to.Value, link.RedirectUrl.Length > 0 ? link.RedirectUrl : settings.RedirectUrl,
            link.Secret.Text, (long)Math.Ceiling(lifetime.TotalMinutes),
            purpose == LinkPurpose.Verify ? CreateMagicLinkRequest.Verify : CreateMagicLinkRequest.Login, url, account.User.Id));
    }

    private static MessageKind KindOf(LinkPurpose purpose, Account account) => (purpose, account.User.Status) switch
    {
        (LinkPurpose.Verify, _) => MessageKind.VerifyLink,
        (_, UserStatus.Pending) => MessageKind.SignUpLink,
        _ => MessageKind.SignInLink,
    };

    private async ValueTask<Account> AccountOfAsync(
        App app, CreateMagicLinkRequest wanted, Actor actor, CancellationToken cancellationToken)
    {
        if (wanted.UserId is { Length: > 0 } id)
            return await managed.GetAsync(app.Id, id, cancellationToken);
        var name = wanted.Names.Single();
        return await accounts.FindAsync(app.Id, name, cancellationToken)
            ?? await managed.CreateAsync(app, [name], metadata: default, actor, cancellationToken);
    }

    // What the channel asks for, else what the user has.
    private static AccountIdentifier? NameOf(Account account, CreateMagicLinkRequest wanted)
    {
        if (wanted.Names is [var named])
            return named;
        var one = wanted.Channel is { Length: > 0 } channel
            ? account.Identifiers.FirstOrDefault(one => one.Kind == channel)
            : account.Email ?? account.Phone;
        return one is null ? null : Identifiers.Of(one.Kind, one.Value, one.Given);
    }
}

/// <summary>Clients leave out what they do not set, or send null or zero for it.</summary>
internal sealed record CreateMagicLinkRequest : IRequest<CreateMagicLinkRequest>
{
    public const string Login = "login";
    public const string Verify = "verify_identifier";

    /// <summary>In minutes: a week.</summary>
    public const long LongestTtl = 7 * 24 * 60;

    public static JsonTypeInfo<CreateMagicLinkRequest> Json => ManagementWire.Default.CreateMagicLinkRequest;

    /// <summary><c>email</c> or <c>phone</c>: by what a user who is named by id is sent it. Absent: by what the user has.</summary>
    public string? Channel { get; init; }

    /// <summary>One of <c>email</c>, <c>phone</c> and <c>user_id</c> says whose it is.</summary>
    public string? Email { get; init; }

    /// <summary>A phone number with its country, such as <c>+14155550123</c>.</summary>
    public string? Phone { get; init; }

    /// <summary>Of a user that there is.</summary>
    public string? UserId { get; init; }

    /// <summary>Of the message, such as <c>en</c>; one that we have not is passed over.</summary>
    public string? Language { get; init; }

    /// <summary>The page that the link leads to: a path with query and fragment. Absent: the app's login page.</summary>
    public string? MagicLinkPath { get; init; }

    /// <summary>Where the user goes afterwards: a path, or a URL on one of the app's origins. Absent: the app's.</summary>
    public string? RedirectUrl { get; init; }

    /// <summary>Whether it is sent.</summary>
    public bool Send { get; init; }

    /// <summary>How long it is good, in minutes; absent or 0: as long as the app's links.</summary>
    public long Ttl { get; init; }

    /// <summary><c>login</c>, which absent means too, or <c>verify_identifier</c>.</summary>
    public string? Type { get; init; }

    internal IReadOnlyList<AccountIdentifier> Names => field ??= GivenNames.Of(Email, Phone);

    public string? Complaint()
    {
        if (GivenNames.Complaint(Email, Phone) is { } complaint)
            return complaint;
        if (new[] { Email, Phone, UserId }.Count(one => one is { Length: > 0 }) != 1)
            return "One of email, phone and user_id says whose link it is.";
        if (Channel is { Length: > 0 } and not (IdentifierKind.Email or IdentifierKind.Phone))
            return "channel should be email or phone.";
        if (Names is [var name] && Channel is { Length: > 0 } && Channel != name.Kind.Word)
            return $"channel is {Channel}, and {name.Kind.Word} says whose link it is: leave one of them out.";
        if (Type is { Length: > 0 } and not (Login or Verify))
            return "type should be login or verify_identifier.";
        if (Ttl is < 0 or > LongestTtl)
            return $"ttl should be from 1 to {LongestTtl} minutes.";
        return Targets.WhyNotPath(MagicLinkPath);
    }
}

internal sealed record MagicLinkCreated(MagicLink MagicLink) : IAnswer<MagicLinkCreated>
{
    public static JsonTypeInfo<MagicLinkCreated> Json => ManagementWire.Default.MagicLinkCreated;

    public static int Status => StatusCodes.Status201Created;
}

/// <summary>A link as a backend gets it.</summary>
/// <param name="Activated">Whether it was opened: false.</param>
/// <param name="AppId">Whose.</param>
/// <param name="Id">Its id.</param>
/// <param name="Identifier">The address or number.</param>
/// <param name="RedirectUrl">Where the user goes afterwards.</param>
/// <param name="Secret">What makes it good.</param>
/// <param name="Ttl">How long it is good, in minutes.</param>
/// <param name="Type"><c>login</c> or <c>verify_identifier</c>.</param>
/// <param name="Url">All of it.</param>
/// <param name="UserId">Whose it is.</param>
internal sealed record MagicLink(
    bool Activated, string AppId, string Id, string Identifier, string RedirectUrl, string Secret, long Ttl, string Type, string Url,
    string UserId);
