// Both benchmarks of the server as a process: "startup", and "signin" with, if one likes, "--rounds N" and "--seconds N".
using OpenPassage.Benchmarks.SignIn;

switch (args)
{
    case ["startup"]:
        await StartUpBenchmark.RunAsync();
        return 0;
    case ["signin", .. var options]:
        Connection.UseOneThread();
        var (rounds, turn) = (Option(options, "--rounds", 5), TimeSpan.FromSeconds(Option(options, "--seconds", 4)));
        if (Array.IndexOf(options, "--only") is >= 0 and var only)
            await SignInBenchmark.RunOneAsync(options[only + 1], rounds, turn);
        else
            await SignInBenchmark.RunAsync(rounds, turn);
        return 0;
    case ["empty", var address]: // The process that Limit measures.
        await EmptyServer.ServeAsync(address);
        return 0;
    default:
        await Console.Error.WriteLineAsync("Which benchmark? \"startup\" or \"signin\".");
        return 1;
}

static int Option(string[] options, string name, int usual)
{
    var index = Array.IndexOf(options, name);
    return index < 0 ? usual : int.Parse(options[index + 1]);
}
