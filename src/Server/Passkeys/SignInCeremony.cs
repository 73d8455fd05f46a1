using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Events;
using OpenPassage.Server.Http;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Statistics;
using OpenPassage.Server.Telemetry;
using OpenPassage.Server.Users;
using OpenPassage.WebAuthn;

namespace OpenPassage.Server.Passkeys;

/// <summary>
/// Using a passkey, of whichever user of whichever app: open · find · judge · save. Each step is a guard; the first that does not
/// hold is the answer.
/// </summary>
/// <remarks>What waits here is on the way of every sign-in: its state is used again instead of allocated.</remarks>
internal sealed class SignInCeremony(
    Tickets tickets,
    Lifetimes lifetimes,
    SignIns signIns,
    PasskeyStore passkeys,
    RefusedOrigins refusedOrigins,
    ForgottenPasskeys forgotten,
    RefusedCeremonies refusedCeremonies,
    Counting counting,
    Measurements measurements)
{
    /// <summary>What the user whom a backend wants to sign in can do it with, one passkey at least. Writes nothing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CeremonyOutcome<SignInOffer>> OfferAsync(
        App app, AuthenticateTransaction transaction, CancellationToken cancellationToken)
    {
        if (await signIns.FindOfferAsync(app.Id, transaction.Id, transaction.UserId, cancellationToken) is not { Spent: false } offer)
            return Refusal.TransactionNotFound;
        if (offer.Status != UserStatus.Active)
            return Refusal.UserNotActive;
        return offer.Passkeys is [] ? Refusal.UserHasNoPasskeys : offer;
    }

    /// <summary>What to pass to <c>navigator.credentials.get()</c>, for the user whom a backend wants to sign in. Writes nothing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CeremonyOutcome<StartedCeremony>> StartAsync(
        App app, AuthenticateTransaction transaction, string? origin, CancellationToken cancellationToken)
    {
        var found = await OfferAsync(app, transaction, cancellationToken);
        if (found.Refusal is { } refusal)
            return refusal;
        return Start(new SignInToStart(app, origin, lifetimes.HandshakeLifetimeOf(app))
        {
            Transaction = transaction.Id,
            UserId = transaction.UserId,
            UserHandle = transaction.UserHandle,
            Passkeys = found.Value.Passkeys,
        });
    }

    /// <summary>The same without a transaction: for anybody, or for a user whom the caller has found.</summary>
    public StartedCeremony Start(SignInToStart start)
    {
        var app = start.App;
        var request = app.RelyingParty.StartAuthentication(new AuthenticationRequest
        {
            Timeout = start.Lifetime,
            UserVerification = app.UserVerification,
            Hints = app.Hints,
            AllowCredentials = start.Passkeys ?? [],
            UserHandle = start.UserHandle,
        });
        var handshake = new AuthenticationHandshake(
            TicketId.Create(),
            lifetimes.Now + start.Lifetime,
            start.Transaction,
            start.UserId,
            start.UserHandle,
            request.Challenge,
            start.Origin,
            app.UserVerification == UserVerification.Required);
        counting.Started(app.Id, KindOf(start.UserId));
        return new(tickets.Seal(app.Id, handshake), new CeremonyOptions(request.WriteTo)) { Offered = start.Passkeys };
    }

    /// <summary>Spends the transaction, or without one the handshake, and moves the passkey's counters, in one commit.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CeremonyOutcome<SignedIn>> FinishAsync(SignInToFinish finish, CancellationToken cancellationToken)
    {
        // Open the handshake.
        var (app, failed) = (finish.App, finish.UserId is null ? Refusal.DiscoverableLoginFailed : Refusal.WebAuthnLoginFailed);
        if (await tickets.OpenAsync<AuthenticationHandshake>(app.Id, finish.HandshakeId, cancellationToken) is not { } handshake
            || handshake.Transaction != finish.Transaction
            || (handshake.UserId != finish.UserId && !(finish is { UserId: null, IsUserOptional: true })))
            return await RefuseAsync(finish, CeremonyRefusals.UnknownHandshake(failed));
        if (finish.Caller.Origin is { } sent && sent != handshake.Origin)
            return await RefuseAsync(
                finish, RefusedOrigins.OfFinish(handshake.Origin, sent, CeremonyRefusals.For(Rejection.WrongOrigin, failed)));

        // Find the passkey.
        var response = AuthenticationResponse.Read(JsonMarshal.GetRawUtf8Value(finish.Response));
        if (!response.Ok)
            return await RefuseAsync(finish, CeremonyRefusals.For(response.Rejection, failed));
        var passkey = await signIns.FindPasskeyAsync(app.Id, response.Value.Id, cancellationToken);
        var (answer, record) = Claim.Of(response.Value, handshake, passkey);

        // Judge.
        var verdict = app.RelyingParty.FinishAuthentication(answer, ExpectationOf(handshake, app), record);
        if (verdict.Rejection == Rejection.WrongOrigin)
            return await RefuseAsync(finish, refusedOrigins.OfCeremony(
                app, response.Value.ClientDataJson, handshake.Origin, CeremonyRefusals.For(Rejection.WrongOrigin, failed)));
        if (verdict.Rejection == Rejection.BadSignature && AsksForSignals(finish))
        {
            // Whatever the passkey was found to be: the work does not tell either which credential ids exist, or did.
            var formerKey = await signIns.FindFormerKeyAsync(app.Id, response.Value.Id, cancellationToken);
            var again = app.RelyingParty.FinishAuthentication(answer, ExpectationOf(handshake, app), Claim.OfFormer(record, formerKey));
            if (again.Ok && passkey is null && await MayBeForgottenAsync(finish, response.Value.Id, cancellationToken))
                return await RefuseAsync(finish, Refusal.UnknownPasskey);
        }

        if (verdict.Rejection == Rejection.SignCountNotIncreased && passkey is not null)
            return await RefuseCopyAsync(finish, handshake.Id, passkey.UserId, failed);
        if (!verdict.Ok)
            return await RefuseAsync(finish, CeremonyRefusals.ForHandle(verdict.Rejection, response.Value, failed));
        if (passkey is not { OwnerStatus: UserStatus.Active })
            return await RefuseAsync(finish, Refusal.UserNotActive);
        if (passkey.Inactive)
            return await RefuseAsync(finish, Refusal.PasskeyInactive with { Code = failed.Code });
        if (finish.WhyNot is { } ask && await ask(passkey.UserId, cancellationToken) is { } why)
            return await RefuseAsync(finish, why);

        // Save.
        var outcome = await passkeys.SaveAuthenticationAsync(
            new AuthenticationToSave
            {
                App = app.Id,
                Handshake = handshake,
                UserId = passkey.UserId,
                Record = verdict.Value.Record,
                CounterMustGrow = app.Counter == CounterPolicy.RefuseUnlessSynced && passkey.Record.BackupEligible == false,
                SignCountRegressed = verdict.Value.SignCountRegressed,
                Along = finish.Along?.Invoke(new SignInToSave(passkey, verdict.Value.UserVerified)),
                IpAddress = finish.Caller.IpAddress,
                UserAgent = finish.Caller.UserAgent,
            },
            cancellationToken);
        if (outcome == AuthenticationOutcome.PasskeyGone)
            return await RefuseAsync(finish, await MayBeForgottenAsync(finish, response.Value.Id, cancellationToken)
                ? Refusal.UnknownPasskey
                : CeremonyRefusals.For(Rejection.UnknownCredential, failed));
        if (outcome == AuthenticationOutcome.SignCountRegressed)
            return await RefuseCopyAsync(finish, handshake.Id, passkey.UserId, failed);
        if (outcome == AuthenticationOutcome.Spent)
            return await RefuseAsync(
                finish, finish.Transaction is null ? CeremonyRefusals.UnknownHandshake(failed) : Refusal.TransactionNotFound);

        // Answer. A page with autofill starts when it opens: only a sign-in of a user who was named tells how long it takes.
        if (verdict.Value.SignCountRegressed)
            measurements.SignCountRegressed(refused: false);
        counting.Answered(app.Id, KindOf(finish.UserId), refusal: null);
        counting.SignedIn(
            app.Id,
            passkey.UserId,
            finish.Caller.UserAgent,
            finish.UserId is null ? null : lifetimes.HandshakeExpiryOf(app) - handshake.ExpiresAt);
        counting.Used(app.Id, PromptShare.GroupOf(app, passkey.UserId));
        var proof = new Proof(
            ProvenCeremony.Authenticate, UserPresent: true, verdict.Value.UserVerified, Activates: false, lifetimes.Now, passkey.DeviceId,
            verdict.Value.Origin);
        return new SignedIn(
            new Nonce(TicketId.Create(), lifetimes.NonceExpiry, passkey.UserId, passkey.Record.Id, proof),
            finish.Signals
                ? PasskeySignals.Of(
                    app,
                    passkey.Record.UserHandle,
                    await passkeys.ListAsync(app.Id, passkey.UserId, cancellationToken),
                    finish.UserName)
                : null);
    }

    private static string KindOf(string? userId) => userId is null ? CeremonyKinds.Discoverable : CeremonyKinds.Authenticate;

    private static AuthenticationExpectation ExpectationOf(AuthenticationHandshake handshake, App app) => new()
    {
        Challenge = handshake.Challenge,
        UserVerificationRequired = handshake.UserVerificationRequired,
        UserHandle = handshake.UserHandle,
        Origin = handshake.Origin,
        Origins = handshake.Origin is null ? app.NativeOrigins : null,
        Counter = app.Counter,
    };

    // The page may tell the authenticator to delete the passkey for good. So never for a user whom somebody else named, nor
    // where it may work elsewhere on this server.
    private static bool AsksForSignals(SignInToFinish finish) => finish is { Signals: true, UserId: null };

    private async ValueTask<bool> MayBeForgottenAsync(SignInToFinish finish, CredentialId credential, CancellationToken cancellationToken)
        => AsksForSignals(finish) && await forgotten.AreKeptNowhereAsync(finish.App, credential, cancellationToken);

    // The signature was good, so this is no stranger: the event names the user, also where no backend has begun.
    private async ValueTask<Refusal> RefuseCopyAsync(SignInToFinish finish, TicketId handshake, string userId, Refusal failed)
    {
        measurements.SignCountRegressed(refused: true);
        var refusal = CeremonyRefusals.For(Rejection.SignCountNotIncreased, failed);
        if (finish.Transaction is null)
            await refusedCeremonies.WriteAsync(finish.App.Id, finish.Caller, EventAction.Login, userId, handshake, refusal);
        return await RefuseAsync(finish, refusal);
    }

    private async ValueTask<Refusal> RefuseAsync(SignInToFinish finish, Refusal refusal)
    {
        counting.Answered(finish.App.Id, KindOf(finish.UserId), refusal.CountedAs);
        if (finish is { Transaction: { } transaction, UserId: { } userId })
            await refusedCeremonies.WriteAsync(finish.App.Id, finish.Caller, EventAction.Login, userId, transaction, refusal);
        return refusal;
    }
}

/// <summary>A sign-in as its caller lets it begin. Without a user, any passkey of the app will do.</summary>
/// <param name="App">The app.</param>
/// <param name="Origin">The page's; null: a native app's, which sends none.</param>
/// <param name="Lifetime">How long the handshake is good, which is also what the browser is told to wait.</param>
internal readonly record struct SignInToStart(App App, string? Origin, TimeSpan Lifetime)
{
    /// <summary>Null: no backend has begun it.</summary>
    public TicketId? Transaction { get; init; }

    public string? UserId { get; init; }

    public UserHandle? UserHandle { get; init; }

    /// <summary>The user's; null or empty: any that the authenticator finds by itself.</summary>
    public IReadOnlyList<CredentialDescriptor>? Passkeys { get; init; }
}

/// <summary>What the browser brings back of a sign-in, and what its caller knows of it.</summary>
/// <param name="App">The app.</param>
/// <param name="HandshakeId">The sealed state that came with the options.</param>
/// <param name="Response">The authenticator's, as JSON.</param>
/// <param name="Caller">Who brings it.</param>
internal readonly record struct SignInToFinish(App App, string HandshakeId, JsonElement Response, Caller Caller)
{
    /// <summary>The transaction that it was begun with; null: with none.</summary>
    public TicketId? Transaction { get; init; }

    /// <summary>Whom it was begun for; null: for whoever holds a passkey.</summary>
    public string? UserId { get; init; }

    /// <summary>Whether the caller may leave away whom it was begun for.</summary>
    public bool IsUserOptional { get; init; }

    /// <summary>Asked of a passkey that was judged good, with its user's id: why it signs in nobody; null: it does.</summary>
    public Func<string, CancellationToken, ValueTask<Refusal?>>? WhyNot { get; init; }

    /// <summary>What is written in the same database transaction; null: nothing more.</summary>
    public Func<SignInToSave, AlongWithSignIn>? Along { get; init; }

    /// <summary>Whether the page can tell authenticators what became of their passkeys (§5.1.10) and asks for what to say.</summary>
    public bool Signals { get; init; }

    /// <summary>What those are to call the user; null: that is not known.</summary>
    public string? UserName { get; init; }
}

/// <summary>A sign-in that was judged good.</summary>
/// <param name="Passkey">Which passkey did it, and whose it is.</param>
/// <param name="UserVerified">Whether the authenticator knows that it was the user.</param>
internal readonly record struct SignInToSave(SignInPasskey Passkey, bool UserVerified);

/// <summary>A sign-in that was judged good and is saved.</summary>
/// <param name="Nonce">What it proves, for a backend.</param>
/// <param name="Signals">What the page asked for; null: it did not.</param>
internal readonly record struct SignedIn(Nonce Nonce, PasskeySignals? Signals);
