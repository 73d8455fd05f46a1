using OpenPassage.Server.Http;

namespace OpenPassage.Server.Ready.Reports;

/// <summary>How Ready says no, beside what every product says (<see cref="Refusal"/>).</summary>
internal static class ReadyRefusals
{
    public static readonly Refusal WrongReadinessKey = new(
        401,
        "invalid_access_token",
        "The readiness key is missing, unknown or revoked. Send one from 'openpassage readiness key create' as X-API-KEY.");

    public static readonly Refusal SourceNotListed = new(
        403,
        "operation_not_allowed",
        "The readiness key does not list this page's origin or this app's bundle id. Create a key that lists it.");
}
