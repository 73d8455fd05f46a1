using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.SignIn;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sql;

namespace OpenPassage.OperatorConsole.Http;

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
        $"{ConsolePaths.Root}/{From}", (path, part) => path.Replace($"{{{part.Key}}}", Uri.EscapeDataString($"{part.Value}"), StringComparison.Ordinal));
}

/// <summary>
/// What every call passes before its handler: headers, where a form comes from, the session, the role, the form's token, and a
/// passkey shown lately where that is needed. It wraps the endpoints themselves, as the server's own gate does.
/// </summary>
internal sealed class ConsoleGate(
    ConsoleApp console, SessionStore sessions, SessionCookie cookie, RateLimits limits, TimeProvider time, ILogger<ConsoleGate> log)
{
    public async Task PassAsync(HttpContext context, Entry entry, RequestDelegate handler)
    {
        SecurityHeaders.Apply(context.Response);
        try
        {
            if (await AdmitAsync(context, entry) is { } refusal)
                await refusal.ExecuteAsync(context);
            else
                await handler(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await Explain(exception, context).ExecuteAsync(context);
        }
    }

    private async ValueTask<IResult?> AdmitAsync(HttpContext context, Entry entry)
    {
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
                return Problem.Because(StatusCodes.Status403Forbidden, "Request from another site", $"The console accepts forms only from its own pages at {console.Origin}. If you opened it at another address, set OpenPassage:Console:Origin.");
            // Not by a limit of the web server's: it cuts the caller off, who then loses the answer.
            if (request.ContentLength > ConsoleCall.MaxForm)
                return Problem.Because(
                    StatusCodes.Status413PayloadTooLarge,
                    "The form is too large",
                    $"A form of the console has at most {ConsoleCall.MaxForm / 1024} KiB.");
        }

        if (entry == Entry.Anybody)
            return null;
        if (call.Session is not { } session)
            return new SeeOther(ConsolePaths.SignIn + (changes ? "" : $"?to={Uri.EscapeDataString(request.Path + request.QueryString)}"));
        if (entry == Entry.Admin && !session.Operator.IsAdmin)
            return Problem.Because(StatusCodes.Status403Forbidden, "Only for admins", "Your role is viewer: you can see everything but change nothing. An admin can invite you as an admin.");
        if (!changes)
            return null;

        await call.ReadFormAsync();
        if (!IsFormToken(call, session))
            return Problem.Because(StatusCodes.Status403Forbidden, "This form is too old", "It belongs to another session. Go back, reload the page and try again.");
        return context.GetEndpoint()?.Metadata.GetMetadata<NeedsConfirmation>() is { } needed && !session.IsConfirmed(time.GetUtcNow())
            ? ConfirmModel.Page(call, console, needed)
            : null;
    }

    private static bool IsFormToken(ConsoleCall call, Session session)
    {
        var presented = call.Form["form_token"] is [{ } field] ? field : call.Context.Request.Headers["X-Form-Token"].ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(presented), Encoding.UTF8.GetBytes(session.FormToken));
    }

    private IResult Explain(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case RefusedException { Refusal: var refusal } when refusal == Refusal.AppNotFound:
                return Problem.NotFound("There is no app with this id. It was deleted, or the address is incomplete.");
            case RefusedException { Refusal: { Status: StatusCodes.Status404NotFound } refusal }:
                return Problem.NotFound(refusal.Sentence);
            case RefusedException { Refusal: var refusal }:
                return Problem.Because(refusal.Status, "That cannot be done", refusal.Sentence);
            case BadHttpRequestException or InvalidDataException or System.Text.Json.JsonException:
                return Problem.Because(StatusCodes.Status400BadRequest, "The request cannot be read", "Go back, reload the page and try again.");
            case DatabaseUnavailableException unavailable:
                log.LogWarning("The console's {Page} was answered with 503. {Reason}", context.GetEndpoint()?.DisplayName, unavailable.Message);
                return Problem.Because(StatusCodes.Status503ServiceUnavailable, "The database does not answer", "Nothing was changed. Try again in a moment.");
            default:
                log.LogError(exception, "The console's {Page} failed.", context.GetEndpoint()?.DisplayName);
                return Problem.Because(StatusCodes.Status500InternalServerError, "Something went wrong", "The server's log says what. Try again.");
        }
    }
}

/// <summary>Puts endpoints behind the gate.</summary>
internal static class ConsoleGateConventions
{
    /// <summary>Every endpoint of the group is for this entry.</summary>
    public static RouteGroupBuilder For(this RouteGroupBuilder group, Entry entry)
    {
        group.ExcludeFromDescription();
        ((IEndpointConventionBuilder)group).Add(endpoint =>
        {
            endpoint.Metadata.Add(entry);
            AllowedMethods.AddHead(endpoint);
            var handler = endpoint.RequestDelegate!;
            var gate = endpoint.ApplicationServices.GetRequiredService<ConsoleGate>();
            endpoint.RequestDelegate = context => gate.PassAsync(context, entry, handler);
        });
        return group;
    }

    /// <summary>The operator shows a passkey before this step, unless that was just done.</summary>
    public static TBuilder Confirmed<TBuilder>(this TBuilder endpoint, string step, string from)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeedsConfirmation(step, from));
}
