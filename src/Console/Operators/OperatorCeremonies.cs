using System.Runtime.InteropServices;
using System.Text.Json;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>What a ceremony of an operator came to: the operator's user id, or a sentence to show.</summary>
internal readonly record struct CeremonyOutcome(string? UserId, string? Sentence)
{
    public static CeremonyOutcome Of(string userId) => new(userId, null);

    public static CeremonyOutcome Refused(string sentence) => new(null, sentence);
}

/// <summary>
/// Operators' passkeys, made and used by the product's own means: the same core, tickets and store as any app's. Only the
/// routes are the console's.
/// </summary>
internal sealed class OperatorCeremonies(
    ConsoleApp console,
    Tickets tickets,
    Lifetimes lifetimes,
    UserStore users,
    PasskeyStore passkeys,
    SignIns signIns,
    OperatorStore operators,
    AuditStore audit,
    Measurements measurements)
{
    private const string Expired = "That took too long. Try again.";
    private const string Unaccepted = "This passkey belongs to no operator of this console.";

    /// <summary>Lets the invited person make a passkey.</summary>
    public ValueTask<StartedCeremony> StartRegistrationAsync(Invitation invitation, User user, CancellationToken cancellationToken)
        // Every ceremony of one link has the same transaction: keeping the passkey spends it, and the link is good once.
        => StartRegistrationAsync(user, TicketId.Create(), invitation.Ticket, invitation.ExpiresAt, cancellationToken);

    /// <summary>Lets an operator who is signed in make another passkey; null when the operator is gone.</summary>
    public async ValueTask<StartedCeremony?> StartRegistrationAsync(Operator one, CancellationToken cancellationToken)
    {
        if (await users.GetAsync(console.Id, one.UserId, cancellationToken) is not { } user)
            return null;
        // The ceremony is its own transaction, which none that a link has begun can be.
        var id = TicketId.Create();
        return await StartRegistrationAsync(user, id, id, lifetimes.HandshakeExpiry, cancellationToken);
    }

    private async ValueTask<StartedCeremony> StartRegistrationAsync(User user, TicketId id, TicketId transaction, DateTimeOffset transactionExpiry, CancellationToken cancellationToken)
    {
        var creation = console.App.RelyingParty.StartRegistration(new RegistrationRequest
        {
            UserHandle = user.Handle,
            UserName = user.Name,
            ResidentKey = ResidentKey.Required,
            UserVerification = UserVerification.Required,
            ExcludeCredentials = Descriptors.Of(await passkeys.ListAsync(console.Id, user.Id, cancellationToken)),
        });
        var handshake = new RegistrationHandshake(
            id,
            lifetimes.HandshakeExpiry,
            transaction,
            transactionExpiry,
            user.Id,
            creation.Challenge,
            console.Origin,
            Attachment: null,
            UserVerificationRequired: true);
        return new(tickets.Seal(console.Id, handshake), new CeremonyOptions(creation.WriteTo));
    }

    public async ValueTask<CeremonyOutcome> FinishRegistrationAsync(Invitation invitation, FinishedCeremony finished, Caller caller, CancellationToken cancellationToken)
    {
        if (await tickets.OpenAsync<RegistrationHandshake>(console.Id, finished.Handshake, cancellationToken) is not { } handshake
            || handshake.Transaction != invitation.Ticket)
            return CeremonyOutcome.Refused(Expired);
        var outcome = await FinishRegistrationAsync(
            handshake,
            finished,
            caller,
            async (registration, user) => operators.Acceptance(invitation, user, registration.DeviceId, await operators.FindAsync(user.Id, cancellationToken)),
            "This link has been used.",
            cancellationToken);
        // The link was good when it was shown: meanwhile the others may have gone.
        if (outcome.UserId is null)
            await operators.KeepOneAdminAsync(invitation.Name, invitation.Role, cancellationToken);
        return outcome;
    }

    /// <summary>Keeps the passkey that this operator has begun to add; a ceremony of a link or of somebody else is none.</summary>
    public async ValueTask<CeremonyOutcome> FinishRegistrationAsync(Operator one, FinishedCeremony finished, Caller caller, Actor actor, CancellationToken cancellationToken)
    {
        if (await tickets.OpenAsync<RegistrationHandshake>(console.Id, finished.Handshake, cancellationToken) is not { } handshake
            || handshake.Transaction != handshake.Id
            || handshake.UserId != one.UserId)
            return CeremonyOutcome.Refused(Expired);
        return await FinishRegistrationAsync(handshake, finished, caller, (registration, user) => ValueTask.FromResult(Line(registration, user, actor)), Expired, cancellationToken);
    }

    private async ValueTask<CeremonyOutcome> FinishRegistrationAsync(
        RegistrationHandshake handshake,
        FinishedCeremony finished,
        Caller caller,
        Func<RegistrationToSave, User, ValueTask<AlongWithPasskey>> alongWith,
        string spent,
        CancellationToken cancellationToken)
    {
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

        var registration = new RegistrationToSave
        {
            App = console.Id,
            Handshake = handshake,
            Record = verdict.Value.Record,
            Attachment = verdict.Value.Attachment,
            IpAddress = caller.IpAddress,
            UserAgent = caller.UserAgent,
        };
        registration = registration with { Along = await alongWith(registration, user) };
        var outcome = await passkeys.SaveRegistrationAsync(registration, cancellationToken);
        return outcome switch
        {
            RegistrationOutcome.Saved => CeremonyOutcome.Of(user.Id),
            RegistrationOutcome.CredentialExists => CeremonyOutcome.Refused("This passkey is already registered."),
            _ => CeremonyOutcome.Refused(spent),
        };
    }

    private AlongWithPasskey Line(RegistrationToSave registration, User user, Actor actor)
    {
        var aaguid = registration.Record.Aaguid;
        var line = audit.Line(
            AuditStore.Server,
            actor,
            nameof(AddPasskey),
            user.Name,
            before: null,
            JsonSerializer.Serialize(new OwnPasskey(registration.DeviceId, PasskeyNames.Friendly(aaguid, registration.UserAgent), aaguid.ToString("D")), OperatorWire.Default.OwnPasskey),
            "EXISTS (SELECT 1 FROM passkeys WHERE app_id = @console AND device_id = @device)",
            [Parameter.Text("console", console.Id.Value), Parameter.Text("device", registration.DeviceId)]);
        return new() { Then = [line] };
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
            lifetimes.HandshakeExpiry,
            Transaction: null,
            user?.Id,
            user?.Handle,
            request.Challenge,
            console.Origin,
            UserVerificationRequired: true);
        return new(tickets.Seal(console.Id, handshake), new CeremonyOptions(request.WriteTo));
    }

    /// <param name="one">Null: whoever it is. Else what was begun for anybody, or for somebody else, counts for nothing.</param>
    /// <param name="finished">What the browser brought.</param>
    /// <param name="caller">For the event.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<CeremonyOutcome> FinishAuthenticationAsync(Operator? one, FinishedCeremony finished, Caller caller, CancellationToken cancellationToken)
    {
        if (await tickets.OpenAsync<AuthenticationHandshake>(console.Id, finished.Handshake, cancellationToken) is not { } handshake
            || handshake.UserId != one?.UserId)
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
                UserId = passkey.UserId,
                Record = verdict.Value.Record,
                SignCountRegressed = verdict.Value.SignCountRegressed,
                IpAddress = caller.IpAddress,
                UserAgent = caller.UserAgent,
            },
            cancellationToken);
        if (outcome == AuthenticationOutcome.Saved && verdict.Value.SignCountRegressed)
            measurements.SignCountRegressed(refused: false);
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
