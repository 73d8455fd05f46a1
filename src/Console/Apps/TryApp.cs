using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Users;

namespace OpenPassage.OperatorConsole.Apps;

/// <summary>
/// A ceremony of an app from the console's own page: the console stands in for the app's backend, the page calls the same
/// operations as any page. The user is one of the operator's own, in the app.
/// </summary>
internal static class TryApp
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("apps/{app_id}/try/start", Start);
        routes.MapPost("apps/{app_id}/try/finish", Finish);
    }

    /// <summary>Why browsers would not let the console's page use this app's passkeys; null: they would.</summary>
    public static string? Obstacle(App? app, string origin)
    {
        if (app is null)
            return "This app is out of service.";
        if (app.Type == AppType.Complete)
            return $"Try it on a page of the app: {string.Join(", ", app.Origins)}.";
        if (app.CallOrigins.Contains(origin))
            return null;
        var (_, host) = Domain.ToOrigin(origin)!.Value;
        return Domain.Covers(app.RelyingParty.Id, host)
            ? $"The console's origin, {origin}, is not one of the app's. To try the app here, add it to the origins in the app's settings."
            : $"This page is at {origin}, so browsers let it use only passkeys of {host}, not of {app.RelyingParty.Id}. "
                + $"Try it on a page of the app: {string.Join(", ", app.Origins)}.";
    }

    private static async Task<IResult> Start(
        ConsoleCall call,
        string app_id,
        AppDirectory apps,
        ConsoleApp console,
        ManagedUsers users,
        Tickets tickets,
        Lifetimes lifetimes,
        CancellationToken cancellationToken)
    {
        if (apps.Find(app_id) is not { } app || Obstacle(app, console.Origin) is not null)
            return Problem.Sentence(Obstacle(apps.Find(app_id), console.Origin)!);
        var body = await call.ReadJsonAsync();
        var name = $"console:{call.Operator.Name}";
        var user = await users.CreateOrGetAsync(app.Id, name, call.Actor, cancellationToken);
        if (user.Status != UserStatus.Active)
            return Problem.Sentence($"The user {name} is deactivated.");
        var transaction = ConsoleCall.Text(body, "ceremony") == "register"
            ? tickets.Seal(app.Id, new RegisterTransaction(
                TicketId.Create(), lifetimes.TransactionExpiry, user.Id, user.Handle, name, call.Operator.Name))
            : tickets.Seal(app.Id, new AuthenticateTransaction(TicketId.Create(), lifetimes.TransactionExpiry, user.Id, user.Handle));
        return new Said<TryStarted>(new(transaction), TryJson.Default.TryStarted);
    }

    private static async Task<IResult> Finish(
        ConsoleCall call,
        string app_id,
        AppDirectory apps,
        SpentTickets spent,
        Tickets tickets,
        Counting counting,
        CancellationToken cancellationToken)
    {
        if (apps.Find(app_id) is not { } app)
            return Problem.Sentence("This app is out of service.");
        var shown = ConsoleCall.Text(await call.ReadJsonAsync(), "nonce");
        if (await tickets.OpenAsync<Nonce>(app.Id, shown, cancellationToken) is not { } nonce)
            return Problem.Sentence("The nonce is wrong or has expired.");
        var outcome = await spent.SpendNonceAsync(app.Id, nonce, cancellationToken);
        if (!outcome.SpentNow)
            return Problem.Sentence("The nonce was already verified, or its user is not active.");
        counting.Verified(app.Id);
        return new Said<TryFinished>(new(outcome.ExternalId ?? nonce.UserId), TryJson.Default.TryFinished);
    }
}

internal sealed record TryStarted(string Transaction);

internal sealed record TryFinished(string ExternalId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TryStarted))]
[JsonSerializable(typeof(TryFinished))]
internal sealed partial class TryJson : JsonSerializerContext;
