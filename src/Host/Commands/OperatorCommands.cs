using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.Server.Store;

namespace OpenPassage.Host.Commands;

/// <summary><c>openpassage operator invite|list|remove</c>: who may enter the console. The way back in when a passkey is lost.</summary>
internal static class OperatorCommands
{
    private const string About = "Who may enter the console: invite, list and remove operators. Give the same settings as to the server, which may run meanwhile.";

    public static Command Make(string[] settings) => new("operator", About) { Invite(settings), List(settings), Remove(settings) };

    private static Command Invite(string[] settings)
    {
        var name = new Argument<string>("NAME") { Description = "The operator's name. One there is already gets another passkey." };
        var role = new Option<string>("--role") { Description = "admin, or viewer, who sees everything and changes nothing.", DefaultValueFactory = _ => "admin" };
        role.AcceptOnlyFromAmong("admin", "viewer");
        var command = new Command("invite", "Print a link with which somebody makes a passkey for the console. Good once, for 24 hours.") { name, role };
        command.SetAction((parsed, cancellationToken) => RunAsync(settings, parsed.InvocationConfiguration, async (services, output) =>
        {
            if (Operator.ToName(parsed.GetRequiredValue(name)) is not { } chosen)
                return $"A name has 1 to {Operator.MaxName} characters.";
            var token = await services.GetRequiredService<OperatorStore>().InviteAsync(chosen, OperatorRoles.Of(parsed.GetRequiredValue(role))!.Value, cancellationToken);
            await output.WriteLineAsync(SetupLink.Of(services.GetRequiredService<ConsoleApp>(), token));
            return null;
        }));
        return command;
    }

    private static Command List(string[] settings)
    {
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new Command("list", "List the operators.") { json };
        command.SetAction((parsed, cancellationToken) => RunAsync(settings, parsed.InvocationConfiguration, async (services, output) =>
        {
            foreach (var one in await services.GetRequiredService<OperatorStore>().ListAsync(cancellationToken))
            {
                await output.WriteLineAsync(parsed.GetValue(json)
                    ? $$"""{"name":"{{JsonEncodedText.Encode(one.Name)}}","role":"{{one.Role.Word()}}","passkeys":{{one.Passkeys}},"last_sign_in_at":{{(one.LastSignIn is { } at ? $"\"{at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}\"" : "null")}}}"""
                    : $"{one.Name,-24} {one.Role.Word(),-7} {one.Passkeys} passkeys, last sign-in {one.LastSignIn?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "never"}");
            }

            return null;
        }));
        return command;
    }

    private static Command Remove(string[] settings)
    {
        var name = new Argument<string>("NAME") { Description = "The operator's name." };
        var command = new Command("remove", "Remove an operator, with passkeys and sessions, at once.") { name };
        command.SetAction((parsed, cancellationToken) => RunAsync(settings, parsed.InvocationConfiguration, async (services, output) =>
        {
            var operators = services.GetRequiredService<OperatorStore>();
            if (await operators.FindByNameAsync(parsed.GetRequiredValue(name), cancellationToken) is not { } one)
                return $"There is no operator {parsed.GetRequiredValue(name)}. See openpassage operator list.";
            await operators.RemoveAsync(one, cancellationToken);
            await output.WriteLineAsync($"{one.Name} was removed.");
            return null;
        }));
        return command;
    }

    /// <summary>Runs against the database that the settings name; nothing is served. An act answers what is wrong, or null.</summary>
    private static async Task<int> RunAsync(string[] settings, InvocationConfiguration console, Func<IServiceProvider, TextWriter, Task<string?>> act)
    {
        try
        {
            await using var app = ServerHost.Create(settings);
            if (await act(app.Services, console.Output) is not { } wrong)
                return 0;
            await console.Error.WriteLineAsync(wrong);
            return 1;
        }
        catch (Exception wrong) when (wrong is OptionsValidationException or IOException or UnauthorizedAccessException or DbException or DatabaseUnavailableException or FormatException)
        {
            await console.Error.WriteLineAsync(wrong.Message);
            return 1;
        }
    }
}
