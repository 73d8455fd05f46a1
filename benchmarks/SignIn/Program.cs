// The benchmarks of the server as a process: "startup", and "signin" and "complete" with, if one likes, "--rounds N", "--seconds N" and
// "--only" one of "sqlite" and "postgres"; "signin" also "--only inprocess", "complete" also "--operation" one of "signin" and "refresh".
// "messages" with "--rounds N", "--count N", "--only" and "--smtp HOST:PORT", another mail server than its own.
using OpenPassage.Benchmarks.SignIn;

switch (args)
{
    case ["startup"]:
        await StartUpBenchmark.RunAsync();
        return 0;
    case ["signin", .. var options]:
        Connection.UseOneThread();
        var (rounds, turn) = (Option(options, "--rounds", 5), TimeSpan.FromSeconds(Option(options, "--seconds", 4)));
        switch (Array.IndexOf(options, "--only"))
        {
            case < 0:
                await SignInBenchmark.RunAsync(rounds, turn);
                return 0;
            case var only when options.ElementAtOrDefault(only + 1) is "sqlite" or "postgres":
                await SignInBenchmark.RunOneAsync(options[only + 1], rounds, turn);
                return 0;
            case var only when options.ElementAtOrDefault(only + 1) is "inprocess":
                await SignInBenchmark.RunInProcessAsync(rounds, turn);
                return 0;
            default:
                await Console.Error.WriteLineAsync("Which server? --only sqlite, --only postgres or --only inprocess.");
                return 1;
        }
    case ["complete", .. var options]:
        Connection.UseOneThread();
        return await CompleteAsync(options, Option(options, "--rounds", 5), TimeSpan.FromSeconds(Option(options, "--seconds", 4)));
    case ["messages", .. var options]:
        await MessagesBenchmark.RunAsync(
            Option(options, "--rounds", 5), Option(options, "--count", 2000), Text(options, "--only"), Text(options, "--smtp"));
        return 0;
    case ["messages-server", var address, var data, var database, var smtp, var sms]: // The process of a server that sends.
        await MessagesProcess.ServeAsync(address, data, database, smtp, sms);
        return 0;
    case ["bare", var address, var directory]: // The process that a start is measured beside.
        await BareServer.ServeAsync(address, directory);
        return 0;
    case ["empty", var address]: // The process that Limit measures.
        await EmptyServer.ServeAsync(address);
        return 0;
    case ["site", var address, var data, var apiKey, var way]: // The process of a site with the server in it.
        await SiteProcess.ServeAsync(address, data, apiKey, way == "http");
        return 0;
    default:
        await Console.Error.WriteLineAsync("Which benchmark? \"startup\", \"signin\", \"complete\" or \"messages\".");
        return 1;
}

static async Task<int> CompleteAsync(string[] options, int rounds, TimeSpan turn)
{
    switch (Text(options, "--only"))
    {
        case null:
            await CompleteBenchmark.RunAsync(rounds, turn);
            return 0;
        case ("sqlite" or "postgres") and var engine:
            await CompleteBenchmark.RunOneAsync(engine, Text(options, "--operation"), rounds, turn);
            return 0;
        default:
            await Console.Error.WriteLineAsync("Which server? --only sqlite or --only postgres.");
            return 1;
    }
}

static string? Text(string[] options, string name)
{
    var index = Array.IndexOf(options, name);
    return index < 0 ? null : options.ElementAtOrDefault(index + 1) ?? "";
}

static int Option(string[] options, string name, int usual)
{
    var index = Array.IndexOf(options, name);
    return index < 0 ? usual : int.Parse(options[index + 1]);
}
