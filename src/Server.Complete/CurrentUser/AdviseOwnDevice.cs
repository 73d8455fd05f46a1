using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Advice;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>Whether to ask whoever is signed in to make a passkey. Writes nothing.</summary>
internal static class AdviseOwnDevice
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("apps/{app_id}/currentuser/devices/advice", Handle)
        .DescribeOwn(
            nameof(AdviseOwnDevice), "Whether to ask who is signed in to make a passkey: now, later or not on this device.",
            CompleteRefusals.PasskeysOff, Refusal.EnrolmentBlocked);

    private static async Task<Outcome<EnrolmentAdvised>> Handle(
        AppCall call, UserCall user, RequestBody<AdviseOwnDeviceRequest> body, Enrolling enrolling, Lifetimes lifetimes,
        CancellationToken cancellationToken)
    {
        if (!call.App.Settings.Complete.Methods.Passkeys)
            return CompleteRefusals.PasskeysOff;
        if (user.User.EnrolmentBlocked)
            return Refusal.EnrolmentBlocked;
        var advised = await enrolling.OfAsync(call, user.User.Id, body.Value, cancellationToken);
        return advised.Advice == EnrolmentAdvice.AskNow && !user.IsRecent(call, lifetimes.Now)
            ? new EnrolmentAdvised(EnrolmentAdvice.Later, EnrolmentReason.SignInTooOld)
            : advised;
    }
}

internal sealed record AdviseOwnDeviceRequest : IRequest<AdviseOwnDeviceRequest>, IEnrolmentQuestion
{
    public static JsonTypeInfo<AdviseOwnDeviceRequest> Json => CurrentUserWire.Default.AdviseOwnDeviceRequest;

    /// <summary>What the page can do.</summary>
    public PageCapabilities? Capabilities { get; init; }

    /// <summary>How many days ago the page has asked this user, as it remembers; absent or null: never.</summary>
    public int? AskedDaysAgo { get; init; }

    public string? Complaint() => IEnrolmentQuestion.Complaint(AskedDaysAgo);
}
