using System.Runtime.InteropServices;
using System.Text.Json;
using OpenPassage.Server.Authenticate;
using OpenPassage.Server.Http;
using OpenPassage.Server.Store;
using OpenPassage.WebAuthn;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>What a ceremony of an operator came to: the operator's user id, or a sentence to show.</summary>
internal readonly record struct CeremonyOutcome(string? UserId, string Name, string? Sentence)
{
    public static CeremonyOutcome Of(string userId, string name = "") => new(userId, name, null);

    public static CeremonyOutcome Refused(string sentence) => new(null, "", sentence);
}

/// <summary>
/// Operators' passkeys, made and used by the product's own means: the same core, tickets and store as any app's. Only the
/// routes are the console's.
/// </summary>
internal sealed class OperatorCeremonies(ConsoleApp console, Tickets tickets, UserStore users, PasskeyStore passkeys, SignIns signIns)
{
    private const string Expired = "That took too long. Try again.";
    private const string Unaccepted = "This passkey belongs to no operator of this console.";

    /// <summary>Lets the invited person make a passkey.</summary>
    public async ValueTask<StartedCeremony> StartRegistrationAsync(Invitation invitation, User user, CancellationToken cancellationToken)
    {
        var creation = console.App.RelyingParty.StartRegistration(new RegistrationRequest
        {
            UserHandle = user.Handle,
            UserName = user.ExternalId,
            ResidentKey = ResidentKey.Required,
            UserVerification = UserVerification.Required,
            ExcludeCredentials = Descriptors.Of(await passkeys.ListAsync(console.Id, user.Id, cancellationToken)),
        });
        // Every ceremony of one link has the same transaction: keeping the passkey spends it, and the link is good once.
        var handshake = new RegistrationHandshake(
            TicketId.Create(),
            tickets.HandshakeExpiry,
            invitation.Ticket,
            invitation.ExpiresAt,
            user.Id,
            creation.Challenge,
            console.Origin,
            Attachment: null,
            UserVerificationRequired: true);
        return new(tickets.Seal(console.App, handshake), new CeremonyOptions(creation.WriteTo));
    }

    public async ValueTask<CeremonyOutcome> FinishRegistrationAsync(Invitation invitation, FinishedCeremony finished, Caller caller, CancellationToken cancellationToken)
    {
        if (!tickets.TryOpen(console.App, finished.Handshake, out RegistrationHandshake? handshake) || handshake.Transaction != invitation.Ticket)
            return CeremonyOutcome.Refused(Expired);
        if (await users.GetAsync(console.Id, handshake.UserId, cancellationToken) is not { Status: UserStatus.Active } user)
            return CeremonyOutcome.Refused(Expired);

        var response = RegistrationResponse.Read(JsonMarshal.GetRawUtf8Value(finished.Response));
        if (!response.Ok)
            return CeremonyOutcome.Refused(response.Rejection.Sentence);
        var verdict = console.App.RelyingParty.FinishRegistration(response.Value, new RegistrationExpectation
        {
            Challenge = handshake.Challenge,
            UserHandle = user.Handle,
            UserVerificationRequired = true,
            Origin = console.Origin,
        });
        if (!verdict.Ok)
            return CeremonyOutcome.Refused(verdict.Rejection.Sentence);

        var outcome = await passkeys.SaveRegistrationAsync(
            new RegistrationToSave
            {
                App = console.Id,
                Handshake = handshake,
                Record = verdict.Value.Record,
                Attachment = verdict.Value.Attachment,
                IpAddress = caller.IpAddress,
                UserAgent = caller.UserAgent,
            },
            cancellationToken);
        return outcome switch
        {
            RegistrationOutcome.Saved => CeremonyOutcome.Of(user.Id, user.ExternalId),
            RegistrationOutcome.CredentialExists => CeremonyOutcome.Refused("This passkey is registered already."),
            _ => CeremonyOutcome.Refused("This link has been used."),
        };
    }

    /// <summary>Asks whoever is there for a passkey, or the operator of a session for one of theirs.</summary>
    public async ValueTask<StartedCeremony> StartAuthenticationAsync(Operator? one, CancellationToken cancellationToken)
    {
        var user = one is null ? null : await users.GetAsync(console.Id, one.UserId, cancellationToken);
        var request = console.App.RelyingParty.StartAuthentication(new AuthenticationRequest
        {
            UserVerification = UserVerification.Required,
            AllowCredentials = user is null ? [] : Descriptors.Of(await passkeys.ListAsync(console.Id, user.Id, cancellationToken)),
            UserHandle = user?.Handle,
        });
        var handshake = new AuthenticationHandshake(
            TicketId.Create(),
            tickets.HandshakeExpiry,
            Transaction: null,
            user?.Id,
            user?.Handle,
            request.Challenge,
            console.Origin,
            UserVerificationRequired: true);
        return new(tickets.Seal(console.App, handshake), new CeremonyOptions(request.WriteTo));
    }

    /// <param name="one">Null: whoever it is. Else what was begun for anybody, or for somebody else, counts for nothing.</param>
    /// <param name="finished">What the browser brought.</param>
    /// <param name="caller">For the event.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<CeremonyOutcome> FinishAuthenticationAsync(Operator? one, FinishedCeremony finished, Caller caller, CancellationToken cancellationToken)
    {
        if (!tickets.TryOpen(console.App, finished.Handshake, out AuthenticationHandshake? handshake) || handshake.UserId != one?.UserId)
            return CeremonyOutcome.Refused(Expired);

        var response = AuthenticationResponse.Read(JsonMarshal.GetRawUtf8Value(finished.Response));
        if (!response.Ok)
            return CeremonyOutcome.Refused(response.Rejection.Sentence);
        var passkey = await signIns.FindPasskeyAsync(console.Id, response.Value.Id, cancellationToken);
        var (answer, record) = Claim.Of(response.Value, handshake, passkey);
        var verdict = console.App.RelyingParty.FinishAuthentication(answer, new AuthenticationExpectation
        {
            Challenge = handshake.Challenge,
            UserVerificationRequired = true,
            UserHandle = handshake.UserHandle,
            Origin = console.Origin,
        }, record);
        if (!verdict.Ok || passkey is not { OwnerStatus: UserStatus.Active })
            return CeremonyOutcome.Refused(Unaccepted);

        var outcome = await passkeys.SaveAuthenticationAsync(
            new AuthenticationToSave
            {
                App = console.Id,
                Handshake = handshake,
                Record = verdict.Value.Record,
                IpAddress = caller.IpAddress,
                UserAgent = caller.UserAgent,
            },
            cancellationToken);
        return outcome switch
        {
            AuthenticationOutcome.Saved => CeremonyOutcome.Of(passkey.UserId),
            AuthenticationOutcome.PasskeyGone => CeremonyOutcome.Refused(Unaccepted),
            _ => CeremonyOutcome.Refused(Expired),
        };
    }
}

/// <summary>Who calls, for events and sessions.</summary>
internal readonly record struct Caller(string IpAddress, string UserAgent);

/// <summary>What the page passes to its authenticator, and the sealed state that it brings back.</summary>
internal sealed record StartedCeremony(string Handshake, CeremonyOptions PublicKey);

/// <summary>What the page brings back.</summary>
internal readonly record struct FinishedCeremony(string Handshake, JsonElement Response);
