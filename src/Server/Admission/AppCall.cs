using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Values;

namespace OpenPassage.Server.Admission;

/// <summary>The app a call is for, and who calls: made by <see cref="Gate"/> before the handler runs.</summary>
internal sealed class AppCall(App app, HttpContext context)
{
    public App App { get; } = app;

    public AppId AppId => App.Id;

    /// <summary>The key that was shown, which may be one of the whole server; null when a page calls.</summary>
    public ApiKey? Key { get; set; }

    /// <summary>A backend, as the audit names it.</summary>
    public Actor Actor => Key!.App == AuditStore.Server ? Actor.Key(Key.Id) : Actor.AppKey(Key.Id);

    /// <summary>
    /// The page's origin, one of the app's; null when there is no such header, as no browser sends this call. Whatever else it says,
    /// nothing or two things included, is an origin that no app has.
    /// </summary>
    public string? Origin { get; } = Caller.OriginOf(context.Request);

    public Caller Caller => Caller.Of(context);

    public static ValueTask<AppCall?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<AppCall>());
}

/// <summary>A call that is for the whole server, and who calls.</summary>
internal sealed class ServerCall(ApiKey key)
{
    public Actor Actor { get; } = Actor.Key(key.Id);

    public static ValueTask<ServerCall?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<ServerCall>());
}
