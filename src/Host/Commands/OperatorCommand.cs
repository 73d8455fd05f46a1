using System.CommandLine;
using System.Text.Json.Serialization;
using OpenPassage.Host.Terminals;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Http;
using Session = OpenPassage.Host.Terminals.Session;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage operator invite|list|remove</c>: who may enter the console. The way back in when a passkey is lost.</summary>
internal static class OperatorCommand
{
    public static Command Make(Terminal terminal)
        => new("operator", "Invite, list and remove the operators of the console.") { Invite(terminal), List(terminal), Remove(terminal) };

    private static Argument<string> Name() => new("NAME") { Description = "The operator's name." };

    private static Command Invite(Terminal terminal)
    {
        var name = Name();
        var role = new Option<string>("--role")
        {
            Description = "admin, or viewer, who can see everything but change nothing.",
            DefaultValueFactory = _ => "admin",
        };
        role.AcceptOnlyFromAmong("admin", "viewer");
        var command = new Command(
            "invite",
            "Print a link to create a passkey for the console. It works once, for 24 hours. For an existing name it adds a passkey.")
        {
            name,
            role,
        };
        return terminal.Does(
            command,
            async session =>
            {
                if (Operator.ToName(session.Value(name)) is not { } chosen)
                    throw new RefusedException(Refusal.InvalidRequest.Because(Operator.NameRule));
                var (operators, becomes) = (session.Get<OperatorStore>(), OperatorRoles.Of(session.Value(role))!.Value);
                await operators.KeepOneAdminAsync(chosen, becomes, session.CancellationToken);
                var token = await operators.InviteAsync(chosen, becomes, session.Actor, session.CancellationToken);
                session.Show(
                    new OperatorInvited(chosen, session.Value(role), SetupLink.Of(session.Get<ConsoleApp>(), token)),
                    OperatorJson.Default.OperatorInvited,
                    invited => session.Line(invited.Link));
            },
            mayMake: true);
    }

    private static Command List(Terminal terminal) => terminal.Does(new Command("list", "List the operators."), async session =>
    {
        var operators = await session.Get<OperatorStore>().ListAsync(session.CancellationToken);
        session.Show(
            new OperatorList(
                [.. operators.Select(one => new OperatorShown(one.Name, one.Role.Word(), one.Passkeys, one.LastSignIn, one.CreatedAt))]),
            OperatorJson.Default.OperatorList,
            list => session.Table(
                ["NAME", "ROLE", "PASSKEYS", "LAST SIGN-IN", "SINCE"],
                list.Operators.Select(one =>
                    (string?[])[one.Name, one.Role, $"{one.Passkeys}", Session.Time(one.LastSignInAt), Session.Time(one.CreatedAt)])));
    });

    private static Command Remove(Terminal terminal)
    {
        var name = Name();
        return terminal.Does(new Command("remove", "Remove an operator with all passkeys and sessions, at once.") { name }, async session =>
        {
            var operators = session.Get<OperatorStore>();
            if (Operator.ToKept(session.Value(name)) is not { } known
                || await operators.FindByNameAsync(known, session.CancellationToken) is not { } one)
                throw new RefusedException(Refusal.UserNotFound.Because("There is no such operator. See openpassage operator list."));
            await operators.RemoveAsync(one, session.Actor, evenTheLastAdmin: true, session.CancellationToken);
            session.Show(
                new OperatorRemoved(one.Name), OperatorJson.Default.OperatorRemoved, removed => session.Line($"Removed: {removed.Name}."));
        });
    }
}

internal sealed record OperatorInvited(string Name, string Role, string Link);

internal sealed record OperatorShown(string Name, string Role, long Passkeys, DateTimeOffset? LastSignInAt, DateTimeOffset CreatedAt);

internal sealed record OperatorList(IReadOnlyList<OperatorShown> Operators);

internal sealed record OperatorRemoved(string Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(OperatorInvited))]
[JsonSerializable(typeof(OperatorList))]
[JsonSerializable(typeof(OperatorRemoved))]
internal sealed partial class OperatorJson : JsonSerializerContext;
