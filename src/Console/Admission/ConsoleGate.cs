using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.OperatorConsole.Admission;

/// <summary>Who may enter a page or take a step.</summary>
internal enum Entry
{
    /// <summary>Signing in and setting up.</summary>
    Anybody,

    /// <summary>Any operator. Nothing behind it changes more than the operator's own sessions and passkeys.</summary>
    Viewer,

    /// <summary>Operators who may change things.</summary>
    Admin,
}

/// <summary>
/// Marks a step that cannot be taken back, weakens something or locks somebody out: the operator shows a passkey before it. Steps
/// without the mark stand in a list of the tests, each with its reason.
/// </summary>
/// <param name="Step">As in <c>to delete this app</c>.</param>
/// <param name="From">The page whose step it is, below the console's root.</param>
internal sealed record NeedsConfirmation(string Step, string From)
{
    /// <summary>That page's path, in this call.</summary>
    public string PageOf(HttpContext context) => context.Request.RouteValues.Aggregate(
        $"{ConsolePaths.Root}/{From}",
        (path, part) => path.Replace($"{{{part.Key}}}", Uri.EscapeDataString($"{part.Value}"), StringComparison.Ordinal));
}

/// <summary>
/// Who may enter the console, and who may change what: where a form comes from, the session, the role, the form's token, and a passkey
/// shown lately where that is needed.
/// </summary>
internal sealed class ConsoleGate(
    ConsoleApp console,
    SessionStore sessions,
    SessionCookie cookie,
    RateLimits limits,
    TimeProvider time,
    Measurements measurements,
    ILogger<ConsoleGate> log) : CallFrame<Entry>(measurements, log)
{
    protected override async ValueTask<IResult?> AdmitAsync(HttpContext context, Entry audience)
    {
        SecurityHeaders.Apply(context.Response);
        var request = context.Request;
        // Before the database is asked for a session.
        if (limits.ForBrowserCall(context, console.App) is { RetryAfter: var wait })
            return new TooMany(wait);
        var changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        var call = new ConsoleCall(context, await sessions.FindAsync(cookie.Read(request), context.RequestAborted));
        context.Features.Set(call);

        if (changes)
        {
            // Browsers say where every POST comes from, and no page can make them lie.
            if (request.Headers.Origin != console.Origin)
                return Problem.Because(
                    StatusCodes.Status403Forbidden,
                    "Request from another site",
                    $"The console accepts forms only from its own pages at {console.Origin}. If you opened it at another address, "
                        + "set OpenPassage:Console:Origin.");
            // Not by a limit of the web server's: it cuts the caller off, who then loses the answer.
            if (request.ContentLength > ConsoleCall.MaxForm)
                return Problem.Because(
                    StatusCodes.Status413PayloadTooLarge,
                    "The form is too large",
                    $"A form of the console has at most {ConsoleCall.MaxForm / 1024} KiB.");
        }

        if (audience == Entry.Anybody)
            return null;
        if (call.Session is not { } session)
            return new SeeOther(ConsolePaths.SignIn + (changes ? "" : $"?to={Uri.EscapeDataString(request.Path + request.QueryString)}"));
        if (audience == Entry.Admin && !session.Operator.IsAdmin)
            return Problem.Because(
                StatusCodes.Status403Forbidden,
                "Only for admins",
                "Your role is viewer: you can see everything but change nothing. An admin can invite you as an admin.");
        if (!changes)
            return null;

        await call.ReadFormAsync();
        if (!IsFormToken(call, session))
            return Problem.Because(
                StatusCodes.Status403Forbidden,
                "This form is too old",
                "It belongs to another session. Go back, reload the page and try again.");
        return context.GetEndpoint()?.Metadata.GetMetadata<NeedsConfirmation>() is { } needed && !session.IsConfirmed(time.GetUtcNow())
            ? ConfirmModel.Page(call, console, needed)
            : null;
    }

    private static bool IsFormToken(ConsoleCall call, Session session)
    {
        var presented = call.Form["form_token"] is [{ } field] ? field : call.Context.Request.Headers["X-Form-Token"].ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(presented), Encoding.UTF8.GetBytes(session.FormToken));
    }

    /// <summary>As a page says it, or in a sentence for the console's script.</summary>
    protected override IResult Tell(Refusal refusal)
    {
        if (refusal == Refusal.AppNotFound)
            return Problem.NotFound("There is no app with this id. It was deleted, or the address is incomplete.");
        if (refusal == Refusal.InvalidRequest)
            return Problem.Because(refusal.Status, "The request cannot be read", "Go back, reload the page and try again.");
        if (refusal == Refusal.Busy)
            return Problem.Because(refusal.Status, "The database does not answer", "Nothing was changed. Try again in a moment.");
        if (refusal == Refusal.InternalServerError)
            return Problem.Because(refusal.Status, "Something went wrong", "The server's log says what. Try again.");
        return refusal.Status == StatusCodes.Status404NotFound
            ? Problem.NotFound(refusal.Sentence)
            : Problem.Because(refusal.Status, "That cannot be done", refusal.Sentence);
    }
}

/// <summary>Puts endpoints behind the gate.</summary>
internal static class ConsoleGateConventions
{
    /// <summary>Every endpoint of the group is for this entry.</summary>
    public static RouteGroupBuilder For(this RouteGroupBuilder group, Entry entry)
    {
        group.ExcludeFromDescription();
        ((IEndpointConventionBuilder)group).Add(endpoint => endpoint.Metadata.Add(new EndpointNameMetadata(NameOf(endpoint))));
        return group.Behind<ConsoleGate, Entry>(entry);
    }

    /// <summary>The operator shows a passkey before this step, unless that was just done.</summary>
    public static TBuilder Confirmed<TBuilder>(this TBuilder endpoint, string step, string from)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeedsConfirmation(step, from));

    /// <summary>What it is counted and traced as: <c>Console.</c> and its handler's class, and method where there are several.</summary>
    private static string NameOf(EndpointBuilder endpoint)
    {
        var handler = endpoint.Metadata.OfType<MethodInfo>().Single();
        return handler.Name == "Handle"
            ? $"Console.{handler.DeclaringType!.Name}"
            : $"Console.{handler.DeclaringType!.Name}.{handler.Name}";
    }
}
