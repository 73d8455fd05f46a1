using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Http;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Server.Admission;

/// <summary>Who may call an operation.</summary>
internal enum Audience
{
    /// <summary>Pages and apps of end users: no key, but their origin and their rate count.</summary>
    Browser,

    /// <summary>Backends: an API key of the app with the scope that the operation states (<see cref="NeededScope"/>).</summary>
    Backend,

    /// <summary>Who manages the whole server: a key of the server's.</summary>
    Server,

    /// <summary>Answers that are the same for everybody: unknown routes, wrong methods, preflights.</summary>
    Anybody,
}

/// <summary>Who may call an operation: the app, its origins, its keys and their scopes, and how often.</summary>
internal sealed class Gate(
    AppDirectory apps,
    ApiKeyAuthentication keys,
    RateLimits limits,
    BrowserOrigins origins,
    RefusedOrigins refusedOrigins,
    Measurements measurements,
    ILogger<Gate> log) : CallFrame<Audience>(measurements, log)
{
    /// <summary>The name of the app's route value.</summary>
    public const string AppIdRouteValue = "app_id";

    protected override ValueTask<IResult?> AdmitAsync(HttpContext context, Audience audience)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        return new(Admit(context, audience));
    }

    /// <summary>A backend's is; browsers are strangers.</summary>
    protected override bool ContinuesTrace(Audience audience) => audience == Audience.Backend;

    private Refusal? Admit(HttpContext context, Audience audience)
    {
        var app = context.GetRouteValue(AppIdRouteValue) is string id ? apps.Find(id) : null;
        // Before anything can be refused: a page cannot read a refusal without these headers.
        if (app is not null)
            origins.Apply(context, app);
        if (audience == Audience.Anybody)
            return limits.ForOtherCall(context, app);
        var endpoint = context.GetEndpoint();
        var isOthers = endpoint?.Metadata.GetMetadata<ServedApps>() is { } served && served.Type != app?.Type;
        if (audience == Audience.Browser
            && (isOthers || endpoint?.Metadata.GetMetadata<CountsItself>() is null)
            && limits.ForBrowserCall(context, app) is { } tooMany)
            return tooMany;
        if (audience == Audience.Server)
            return AdmitServer(context);
        if (app is null)
            return Refusal.AppNotFound;

        var call = new AppCall(app, context);
        context.Features.Set(call);
        var refusal = audience switch
        {
            Audience.Backend => AdmitBackend(context, call),
            Audience.Browser when call.Origin is { } origin && !app.CallOrigins.Contains(origin) => refusedOrigins.OfCall(app, origin),
            _ => null,
        };
        return refusal ?? (isOthers ? Refusal.OtherProduct : null);
    }

    private Refusal? AdmitBackend(HttpContext context, AppCall call)
    {
        // An operation that states no scope is for nobody: that is a mistake of ours.
        var needed = context.GetEndpoint()?.Metadata.GetMetadata<NeededScope>()?.Scope
            ?? throw new InvalidOperationException("The operation states no scope.");
        call.Key = keys.Find(context.Request, call.App) ?? (needed == ApiKeyScopes.Admin ? keys.FindServerKey(context.Request) : null);
        if (call.Key is null)
            return limits.ForFailedKey(context, call.App) ?? Refusal.InvalidAccessToken;
        return call.Key.Scopes.Cover(needed)
            ? null
            : Refusal.ScopeMissing.Because(
                $"This API key does not have the scope {needed.ToWords()[0]}, which this operation needs. Create a key that has it.");
    }

    private Refusal? AdmitServer(HttpContext context)
    {
        if (keys.FindServerKey(context.Request) is not { } key)
            return limits.ForFailedKey(context, app: null) ?? Refusal.WrongServerKey;
        context.Features.Set(new ServerCall(key));
        return null;
    }
}

/// <summary>Puts endpoints behind the gate.</summary>
internal static class GateConventions
{
    /// <summary>Every endpoint of the group is for this audience. Once per endpoint: not on a group inside a group that has it.</summary>
    public static RouteGroupBuilder For(this RouteGroupBuilder group, Audience audience) => group.Behind<Gate, Audience>(audience);

    /// <summary>The endpoints are one product's: apps of another are refused.</summary>
    public static RouteGroupBuilder OfApps(this RouteGroupBuilder group, AppType type) => group.WithMetadata(new ServedApps(type));

    /// <summary>The operation counts the calls that are to be limited, by itself; the gate counts none.</summary>
    public static RouteHandlerBuilder CountsCallsItself(this RouteHandlerBuilder operation) => operation.WithMetadata(new CountsItself());

    /// <summary>States the scope that an API key needs for an operation for backends.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder operation, ApiKeyScopes scope)
        => operation.WithMetadata(new NeededScope(scope));

    /// <summary>
    /// States an operation's name, what it is for and each refusal of its own; the description of the API is made from it.
    /// </summary>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder operation, string name, string summary, params Refusal[] refusals) =>
        operation.WithName(name).WithSummary(summary).WithMetadata(new RefusalsMetadata(refusals));
}

/// <summary>Whose apps an operation serves.</summary>
internal sealed record ServedApps(AppType Type);

/// <summary>Whether an operation limits calls by itself.</summary>
internal sealed record CountsItself;

/// <summary>The scope an API key needs for an operation.</summary>
internal sealed record NeededScope(ApiKeyScopes Scope);

/// <summary>The refusals an operation may answer with, besides those that its audience always may see.</summary>
internal sealed record RefusalsMetadata(IReadOnlyList<Refusal> Refusals)
{
    /// <summary>All of them, those of the gate included.</summary>
    /// <param name="audience">Null: another gate's, whose refusals are among the operation's own.</param>
    /// <param name="takesBody">Whether it reads one.</param>
    public IEnumerable<Refusal> With(Audience? audience, bool takesBody)
    {
        IEnumerable<Refusal> gate = audience switch
        {
            Audience.Backend =>
                [Refusal.InvalidAccessToken, Refusal.ScopeMissing, Refusal.TooManyRequests, Refusal.Busy, Refusal.AppNotFound],
            Audience.Server => [Refusal.WrongServerKey, Refusal.TooManyRequests, Refusal.Busy],
            null => [],
            Audience.Browser => [Refusal.OperationNotAllowed, Refusal.TooManyRequests, Refusal.Busy, Refusal.AppNotFound],
            _ => [Refusal.TooManyRequests, Refusal.Busy, Refusal.AppNotFound],
        };
        IEnumerable<Refusal> body = takesBody ? [Refusal.InvalidRequest, Refusal.BodyTooLarge] : [];
        return [.. Refusals, .. gate, .. body, Refusal.InternalServerError];
    }
}
