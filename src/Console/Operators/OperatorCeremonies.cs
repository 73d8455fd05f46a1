using System.Text.Json;
using OpenPassage.OperatorConsole.Pages;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Users;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>
/// Operators' passkeys are made and used by the ceremonies of any app. Here is what differs: whose app it is, what is saved along, and
/// the words for people who know of no transactions.
/// </summary>
internal sealed class OperatorCeremonies(
    ConsoleApp console,
    RegistrationCeremony registrations,
    SignInCeremony signIns,
    Lifetimes lifetimes,
    UserStore users,
    PasskeyStore passkeys,
    OperatorStore operators,
    AuditStore audit)
{
    /// <summary>Lets the invited person make a passkey.</summary>
    public ValueTask<CeremonyOutcome<StartedCeremony>> StartSetupAsync(
        Invitation invitation, User user, CancellationToken cancellationToken)
        // Every ceremony of one link has the same transaction: keeping the passkey spends it, and the link is good once.
        => registrations.StartAsync(
            new(console.App, TransactionOf(user, invitation.Ticket, invitation.ExpiresAt), console.Origin), cancellationToken);

    /// <summary>Keeps the invited person's passkey; the link is used then.</summary>
    public async ValueTask<CeremonyOutcome<Nonce>> FinishSetupAsync(
        Invitation invitation, FinishedCeremony finished, Caller caller, CancellationToken cancellationToken)
    {
        var outcome = await registrations.FinishAsync(
            new(console.App, finished.Handshake, finished.Response, caller)
            {
                Transaction = invitation.Ticket,
                Along = async (registration, user) => operators.Acceptance(
                    invitation, user, registration.DeviceId, await operators.FindAsync(user.Id, cancellationToken)),
            },
            cancellationToken);
        if (outcome.Refusal is null)
            return outcome;
        // The link was good when it was shown: meanwhile the others may have gone.
        await operators.KeepOneAdminAsync(invitation.Name, invitation.Role, cancellationToken);
        return InWords(outcome.Refusal, spent: "This link has been used.");
    }

    /// <summary>Lets an operator who is signed in make another passkey; null when the operator is gone.</summary>
    public async ValueTask<StartedCeremony?> StartAddingAsync(Operator one, CancellationToken cancellationToken)
    {
        if (await users.GetAsync(console.Id, one.UserId, cancellationToken) is not { } user)
            return null;
        // The ceremony is its own transaction, which none that a link has begun can be.
        var id = TicketId.Create();
        var started = await registrations.StartAsync(
            new(console.App, TransactionOf(user, id, lifetimes.HandshakeExpiryOf(console.App)), console.Origin) { Id = id },
            cancellationToken);
        return started.Refusal is null ? started.Value : null;
    }

    /// <summary>Keeps the passkey that this operator has begun to add; a ceremony of a link or of somebody else is none.</summary>
    public async ValueTask<CeremonyOutcome<Nonce>> FinishAddingAsync(
        Operator one, FinishedCeremony finished, Caller caller, Actor actor, CancellationToken cancellationToken)
    {
        var outcome = await registrations.FinishAsync(
            new(console.App, finished.Handshake, finished.Response, caller)
            {
                UserId = one.UserId,
                Along = (registration, user) => ValueTask.FromResult(Line(registration, user, actor)),
            },
            cancellationToken);
        return outcome.Refusal is { } refusal ? InWords(refusal) : outcome;
    }

    /// <summary>Asks whoever is there for a passkey.</summary>
    public StartedCeremony StartSignIn() => signIns.Start(new(console.App, console.Origin, lifetimes.HandshakeLifetimeOf(console.App)));

    /// <summary>Asks the operator of a session for a passkey again.</summary>
    public async ValueTask<StartedCeremony> StartConfirmationAsync(Operator one, CancellationToken cancellationToken)
    {
        var user = await users.GetAsync(console.Id, one.UserId, cancellationToken);
        return signIns.Start(new(console.App, console.Origin, lifetimes.HandshakeLifetimeOf(console.App))
        {
            UserId = user?.Id,
            UserHandle = user?.Handle,
            Passkeys = user is null ? [] : Descriptors.Of(await passkeys.ListAsync(console.Id, user.Id, cancellationToken)),
        });
    }

    /// <param name="one">Null: whoever it is. Else what was begun for anybody, or for somebody else, counts for nothing.</param>
    /// <param name="finished">What the browser brought.</param>
    /// <param name="caller">Who brings it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<CeremonyOutcome<SignedIn>> FinishSignInAsync(
        Operator? one, FinishedCeremony finished, Caller caller, CancellationToken cancellationToken)
    {
        var outcome = await signIns.FinishAsync(
            new(console.App, finished.Handshake, finished.Response, caller) { UserId = one?.UserId }, cancellationToken);
        return outcome.Refusal is { } refusal ? InWords(refusal) : outcome;
    }

    private static RegisterTransaction TransactionOf(User user, TicketId id, DateTimeOffset expiresAt)
        => new(id, expiresAt, user.Id, user.Handle, user.Name, user.Name);

    private static Refusal InWords(Refusal refusal, string spent = "That took too long. Try again.") => refusal switch
    {
        { Event: CeremonyRefusals.HandshakeUnknown } => refusal.Because("That took too long. Try again."),
        { Sentence: CeremonyRefusals.Unaccepted } => refusal.Because("This passkey belongs to no operator of this console."),
        _ when refusal == Refusal.TransactionNotFound => refusal.Because(spent),
        _ => refusal,
    };

    private AlongWithPasskey Line(RegistrationToSave registration, User user, Actor actor)
    {
        var aaguid = registration.Record.Aaguid;
        var passkey = new OwnPasskey(
            registration.DeviceId, PasskeyNames.Friendly(aaguid, registration.UserAgent, registration.Provider), aaguid.ToString("D"));
        var line = audit.Line(
            AuditStore.Server,
            actor,
            nameof(AddPasskey),
            user.Name,
            before: null,
            JsonSerializer.Serialize(passkey, OperatorWire.Default.OwnPasskey),
            "EXISTS (SELECT 1 FROM passkeys WHERE app_id = @console AND device_id = @device)",
            [Parameter.Text("console", console.Id.Value), Parameter.Text("device", registration.DeviceId)]);
        return new() { Then = [line] };
    }
}
