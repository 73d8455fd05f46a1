using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Advice;

/// <summary>How a product whose users go by identifiers finds what the start of a sign-in would offer. That product registers it.</summary>
/// <param name="Find">Of the identifier as it was sent, or null for nobody; the same answer and the same work as the start.</param>
/// <param name="Refusals">What it may refuse with.</param>
internal sealed record OffersByIdentifier(
    Func<AppCall, HttpContext, string?, CancellationToken, ValueTask<CeremonyOutcome<OfferedPasskeys>>> Find,
    IReadOnlyList<Refusal> Refusals);

/// <param name="Passkeys">As options name them; null: nobody was named.</param>
internal sealed record OfferedPasskeys(IReadOnlyList<CredentialDescriptor>? Passkeys);
