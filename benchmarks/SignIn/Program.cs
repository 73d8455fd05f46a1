// Both benchmarks of the server as a process: "startup" and "signin".
using OpenPassage.Benchmarks.SignIn;

switch (args)
{
    case ["startup"]:
        await StartUpBenchmark.RunAsync();
        return 0;
    case ["signin"]:
        await SignInBenchmark.RunAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("Which benchmark? \"startup\" or \"signin\".");
        return 1;
}
