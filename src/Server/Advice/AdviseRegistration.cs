using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;

namespace OpenPassage.Server.Advice;

/// <summary>A page asks whether to ask for a new passkey. Where the start would refuse, so does this. Writes nothing.</summary>
internal static class AdviseRegistration
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/register/advice", Handle)
        .Describe(
            nameof(AdviseRegistration),
            "Whether to ask the user to make a passkey: now, later or not on this device.",
            Refusal.TransactionNotFound,
            Refusal.UserNotActive,
            Refusal.EnrolmentBlocked);

    private static async Task<Outcome<EnrolmentAdvised>> Handle(
        AppCall call, RequestBody<AdviseRegistrationRequest> body, Tickets tickets, RegistrationCeremony ceremony, Enrolling enrolling,
        CancellationToken cancellationToken)
    {
        if (await tickets.OpenAsync<RegisterTransaction>(call.AppId, body.Value.TransactionId, cancellationToken) is not { } transaction)
            return Refusal.TransactionNotFound;
        var user = await ceremony.FindUserAsync(call.App, transaction, signsUp: false, cancellationToken);
        return user.Refusal is { } refusal ? refusal : await enrolling.OfAsync(call, user.Value.Id, body.Value, cancellationToken);
    }
}

internal sealed record AdviseRegistrationRequest(string TransactionId) : IRequest<AdviseRegistrationRequest>, IEnrolmentQuestion
{
    public static JsonTypeInfo<AdviseRegistrationRequest> Json => AdviceWire.Default.AdviseRegistrationRequest;

    /// <summary>What the page can do.</summary>
    public PageCapabilities? Capabilities { get; init; }

    /// <summary>How many days ago the page has asked this user, as it remembers; absent or null: never.</summary>
    public int? AskedDaysAgo { get; init; }

    public string? Complaint()
        => TransactionId.Length == 0 ? "transaction_id is empty." : IEnrolmentQuestion.Complaint(AskedDaysAgo);
}
