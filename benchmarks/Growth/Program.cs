// What a sign-in costs as the database grows: "growth", and with "--full" to ten million passkeys.
using OpenPassage.Benchmarks.Growth;
using OpenPassage.Benchmarks.SignIn;

Connection.UseOneThread();
int[] sizes = args.Contains("--full") ? [10_000, 1_000_000, 10_000_000] : [10_000, 1_000_000];
await GrowthBenchmark.RunAsync(sizes);
