using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>
/// Making a passkey, for whichever user of whichever app: open · find · judge · save. Each step is a guard; the first that does not
/// hold is the answer.
/// </summary>
internal sealed class RegistrationCeremony(
    Tickets tickets,
    Lifetimes lifetimes,
    SpentTickets spent,
    UserStore users,
    PasskeyStore passkeys,
    RefusedOrigins refusedOrigins,
    RefusedCeremonies refusedCeremonies,
    Counting counting,
    AttestationSources sources,
    TimeProvider time)
{
    /// <summary>Who may make a passkey now. Writes nothing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CeremonyOutcome<User>> FindUserAsync(
        App app, RegisterTransaction transaction, bool signsUp, CancellationToken cancellationToken)
    {
        if (await spent.IsSpentAsync(app.Id, transaction.Id, cancellationToken))
            return Refusal.TransactionNotFound;
        if (await users.GetAsync(app.Id, transaction.UserId, cancellationToken) is not { } user)
            return Refusal.TransactionNotFound;
        if (user.Status != OwnerOf(signsUp))
            return Refusal.UserNotActive;
        return user.EnrolmentBlocked ? Refusal.EnrolmentBlocked : user;
    }

    /// <summary>What to pass to <c>navigator.credentials.create()</c>. Writes nothing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CeremonyOutcome<StartedCeremony>> StartAsync(RegistrationToStart start, CancellationToken cancellationToken)
    {
        var (app, transaction) = (start.App, start.Transaction);
        var found = await FindUserAsync(app, transaction, start.SignsUp, cancellationToken);
        if (found.Refusal is { } refusal)
            return refusal;
        var user = found.Value;
        if (start.Conditional && !app.ConditionalCreate)
            return Refusal.ConditionalCreateOff;

        // The app's policy stands above what the page asks for.
        var attachment = app.Attachment ?? start.Attachment;
        var creation = app.RelyingParty.StartRegistration(new RegistrationRequest
        {
            UserHandle = transaction.UserHandle,
            UserName = transaction.PasskeyDisplayName,
            UserDisplayName = transaction.PasskeyDisplayName,
            Timeout = lifetimes.HandshakeLifetimeOf(app),
            ResidentKey = ResidentKey.Required,
            // A passkey made in passing is made without a gesture (§5.1.3): asking for one would only make it fail.
            UserVerification = start.Conditional ? UserVerification.Preferred : app.UserVerification,
            Conditional = start.Conditional,
            Attachment = attachment,
            Hints = app.Hints,
            Attestation = app.Conveyance,
            AttestationFormats = app.AttestationFormats,
            Algorithms = app.Algorithms,
            // One that waits to be activated is in nobody's way: another try takes its place.
            ExcludeCredentials = Descriptors.Of(
                [.. (await passkeys.ListAsync(app.Id, user.Id, cancellationToken)).Where(passkey => passkey.InactiveUntil is null)]),
        });
        var handshake = new RegistrationHandshake(
            start.Id ?? TicketId.Create(),
            lifetimes.HandshakeExpiryOf(app),
            transaction.Id,
            transaction.ExpiresAt,
            user.Id,
            creation.Challenge,
            start.Origin,
            attachment,
            app.UserVerification == UserVerification.Required,
            start.Conditional);
        counting.Started(app.Id, CeremonyKinds.Register);
        if (!start.Conditional)
            counting.Asked(app.Id, start.UserAgent ?? "", PromptShare.GroupOf(app, user.Id));
        return new StartedCeremony(tickets.Seal(app.Id, handshake), new CeremonyOptions(creation.WriteTo));
    }

    /// <summary>Spends the transaction and keeps the passkey, in one commit.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CeremonyOutcome<Nonce>> FinishAsync(RegistrationToFinish finish, CancellationToken cancellationToken)
    {
        // Open the handshake.
        var app = finish.App;
        var handshake = await tickets.OpenAsync<RegistrationHandshake>(app.Id, finish.HandshakeId, cancellationToken);
        if (handshake is null
            || handshake.Transaction != (finish.Transaction ?? handshake.Id)
            || handshake.UserId != (finish.UserId ?? handshake.UserId))
            return await RefuseAsync(finish, finish.UserId, CeremonyRefusals.UnknownHandshake(Refusal.WebAuthnLoginFailed));
        if (finish.Caller.Origin is { } sent && sent != handshake.Origin)
            return await RefuseAsync(
                finish, handshake.UserId, RefusedOrigins.OfFinish(handshake.Origin, sent, Refused(Rejection.WrongOrigin)));
        if (handshake.Conditional && !app.ConditionalCreate)
            return await RefuseAsync(finish, handshake.UserId, Refusal.ConditionalCreateOff);

        // Find the user.
        if (await users.GetAsync(app.Id, handshake.UserId, cancellationToken) is not { } user)
            return await RefuseAsync(finish, handshake.UserId, Refusal.TransactionNotFound);
        if (user.Status != OwnerOf(finish.SignsUp))
            return await RefuseAsync(finish, user.Id, Refusal.UserNotActive);
        if (user.EnrolmentBlocked)
            return await RefuseAsync(finish, user.Id, Refusal.EnrolmentBlocked);

        // Judge.
        var response = RegistrationResponse.Read(JsonMarshal.GetRawUtf8Value(finish.Response));
        if (!response.Ok)
            return await RefuseAsync(finish, user.Id, Refused(response.Rejection));
        var verdict = app.RelyingParty.FinishRegistration(response.Value, new RegistrationExpectation
        {
            Challenge = handshake.Challenge,
            UserHandle = user.Handle,
            UserVerificationRequired = handshake.UserVerificationRequired,
            Conditional = handshake.Conditional,
            Attachment = handshake.Attachment,
            Origin = handshake.Origin,
            Origins = handshake.Origin is null ? app.NativeOrigins : null,
            Attestation = app.Attestation,
            Algorithms = app.Algorithms,
            BackupEligible = app.Backup.Eligible,
            BackupState = app.Backup.BackedUp,
            At = time.GetUtcNow(),
        });
        if (verdict.Rejection == Rejection.WrongOrigin)
            return await RefuseAsync(finish, user.Id, refusedOrigins.OfCeremony(
                app, response.Value.ClientDataJson, handshake.Origin, Refused(Rejection.WrongOrigin)));
        if (!verdict.Ok)
            return await RefuseAsync(finish, user.Id, Refused(verdict.Rejection));

        // Save.
        var provider = sources.NameOf(verdict.Value.Record.Aaguid);
        var nonceExpiry = lifetimes.NonceExpiry;
        var registration = new RegistrationToSave
        {
            App = app.Id,
            Handshake = handshake,
            Record = verdict.Value.Record,
            Attachment = verdict.Value.Attachment,
            Provider = provider,
            Trust = verdict.Value.Trust,
            // Complete has no backend that verifies nonces.
            InactiveUntil = app is { HoldNewPasskeys: true, Type: AppType.Flex } ? nonceExpiry : null,
            OwnerStatus = OwnerOf(finish.SignsUp),
            IpAddress = finish.Caller.IpAddress,
            UserAgent = finish.Caller.UserAgent,
        };
        if (finish.Along is { } along)
            registration = registration with { Along = await along(registration, user) };
        var outcome = await passkeys.SaveRegistrationAsync(registration, cancellationToken);
        if (outcome != RegistrationOutcome.Saved)
            return await RefuseAsync(finish, user.Id, outcome switch
            {
                RegistrationOutcome.CredentialExists => Refused(Rejection.CredentialAlreadyRegistered),
                RegistrationOutcome.UserNotActive => Refusal.UserNotActive,
                _ => Refusal.TransactionNotFound,
            });

        // Answer.
        counting.Answered(app.Id, CeremonyKinds.Register, refusal: null);
        counting.Registered(app.Id, verdict.Value.Record, finish.Caller.UserAgent, provider);
        if (!handshake.Conditional)
            counting.Made(app.Id, finish.Caller.UserAgent, PromptShare.GroupOf(app, user.Id));
        if (finish.SignsUp)
            counting.CameIn(app.Id, user.Id);
        return new Nonce(TicketId.Create(), nonceExpiry, user.Id, verdict.Value.Record.Id, new Proof(
            handshake.Conditional ? ProvenCeremony.ConditionalCreate : ProvenCeremony.Register,
            verdict.Value.UserPresent,
            verdict.Value.UserVerified,
            Activates: registration.InactiveUntil is not null,
            lifetimes.Now,
            registration.DeviceId,
            verdict.Value.Origin));
    }

    private static UserStatus OwnerOf(bool signsUp) => signsUp ? UserStatus.Pending : UserStatus.Active;

    private static Refusal Refused(Rejection rejection) => CeremonyRefusals.For(rejection, Refusal.WebAuthnLoginFailed);

    private async ValueTask<Refusal> RefuseAsync(RegistrationToFinish finish, string? userId, Refusal refusal)
    {
        counting.Answered(finish.App.Id, CeremonyKinds.Register, refusal.CountedAs);
        if (finish.Transaction is { } transaction && userId is not null)
            await refusedCeremonies.WriteAsync(finish.App.Id, finish.Caller, EventAction.Register, userId, transaction, refusal);
        return refusal;
    }
}

/// <summary>A registration as its caller lets it begin.</summary>
/// <param name="App">The user's app.</param>
/// <param name="Transaction">Who may make a passkey, until when, and what it will be called.</param>
/// <param name="Origin">The page's; null: a native app's, which sends none.</param>
internal readonly record struct RegistrationToStart(App App, RegisterTransaction Transaction, string? Origin)
{
    /// <summary>The handshake's id; null: a new one. With the transaction's, the ceremony is a transaction by itself.</summary>
    public TicketId? Id { get; init; }

    /// <summary>What the page asks for, where the app leaves it open.</summary>
    public AuthenticatorAttachment? Attachment { get; init; }

    /// <summary>What the browser calls itself; null: nothing.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Whether the page asks for a passkey in passing, without a prompt.</summary>
    public bool Conditional { get; init; }

    /// <summary>Whether it is the first passkey of an account that is pending; else the user is active.</summary>
    public bool SignsUp { get; init; }
}

/// <summary>What the browser brings back of a registration, and what its caller knows of it.</summary>
/// <param name="App">The user's app.</param>
/// <param name="HandshakeId">The sealed state that came with the options.</param>
/// <param name="Response">The authenticator's, as JSON.</param>
/// <param name="Caller">Who brings it.</param>
internal readonly record struct RegistrationToFinish(App App, string HandshakeId, JsonElement Response, Caller Caller)
{
    /// <summary>The transaction that lets the passkey be made; null: the ceremony is one by itself.</summary>
    public TicketId? Transaction { get; init; }

    /// <summary>Whose passkey it has to be; null: whoever's the handshake was begun for.</summary>
    public string? UserId { get; init; }

    /// <inheritdoc cref="RegistrationToStart.SignsUp"/>
    public bool SignsUp { get; init; }

    /// <summary>What is decided and written in the same database transaction; null: nothing more.</summary>
    public Func<RegistrationToSave, User, ValueTask<AlongWithPasskey>>? Along { get; init; }
}
