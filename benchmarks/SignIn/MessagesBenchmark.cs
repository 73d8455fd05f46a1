using System.Diagnostics;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>
/// Messages from the outbox to whoever takes them: how many a second and a CPU-second of the server, and how long one takes. Mail server
/// and provider of text messages are in this process.
/// </summary>
internal static class MessagesBenchmark
{
    private const string People = "person-{0}@domain-{1}.example";
    private const string OneDomain = "person-{0}@domain.example";
    private const string Dead = "person-{0}@dead.example";
    private const string Phones = "+4915123{0:D6}";
    private const int OfDead = 500;
    private const int Singles = 50;

    /// <param name="rounds">How often.</param>
    /// <param name="messages">How many each time.</param>
    /// <param name="only"><c>sqlite</c>, <c>postgres</c>, or null for both.</param>
    /// <param name="smtp">Another mail server, as <c>HOST:PORT</c>; null: the one in this process.</param>
    public static async Task RunAsync(int rounds, int messages, string? only, string? smtp)
    {
        await using var postgres = only == "sqlite" || Programs.PostgresBinaries is null ? null : await PostgresDaemon.StartNewAsync();
        if (postgres is null && only != "sqlite")
            Console.WriteLine("PostgreSQL is left out: it is not installed.");
        await using var mail = new MailSink();
        await using var sms = await SmsSink.StartAsync();
        List<Part> parts = [];
        try
        {
            if (only != "postgres")
                parts.Add(await PartAsync("SQLite", postgres: null));
            if (postgres is not null)
                parts.Add(await PartAsync("PostgreSQL", postgres));
            await MeasureAsync(parts, rounds, messages);
        }
        finally
        {
            foreach (var part in parts)
                await part.Server.DisposeAsync();
        }

        Print(parts, rounds, messages);

        async Task<Part> PartAsync(string name, PostgresDaemon? postgres) => new(
            name,
            await MessagesProcess.StartAsync(name, postgres?.ConnectionString, smtp ?? $"127.0.0.1:{mail.Port}", sms.Address),
            postgres?.ProcessId,
            smtp is null ? mail : null,
            sms);
    }

    private static async Task MeasureAsync(List<Part> parts, int rounds, int messages)
    {
        // The first rounds count for nothing: code is compiled in them.
        for (var round = -2; round < rounds; round++)
        {
            foreach (var part in parts)
            {
                await part.DrainAsync("mail", People, messages, round >= 0);
                await part.DrainAsync("mail, all to one domain", OneDomain, messages, round >= 0);
                if (part.Mail is not null)
                {
                    await part.SinglesAsync("mail", round >= 0);
                    await part.WithDeadAsync(messages, round >= 0);
                }

                await part.DrainAsync("text message", Phones, messages, round >= 0);
            }
        }
    }

    private static void Print(List<Part> parts, int rounds, int messages)
    {
        Console.WriteLine();
        Console.WriteLine(
            $"messages handed over; {Environment.ProcessorCount} cores shared with the receivers; " +
            $"medians of {rounds} rounds of {messages} messages");
        Console.WriteLine();
        Console.WriteLine(
            "| messages | database | handed over/s | lowest–highest | a CPU-second of the server " +
            "| CPU ms a message: server | database | receiver |");
        Console.WriteLine("|:--|:--|--:|--:|--:|--:|--:|--:|");
        foreach (var what in parts[0].Drains.Keys)
        {
            foreach (var part in parts)
            {
                var drains = part.Drains[what];
                double Of(Func<Drain, double> figure) => Figures.Median(drains.Select(figure));
                var (least, most) = (drains.Min(one => one.Rate), drains.Max(one => one.Rate));
                Console.WriteLine(
                    $"| {what} | {part.Name} | {Of(one => one.Rate):F0} | {least:F0}–{most:F0} " +
                    $"| {Of(one => one.Messages / one.ServerCpu):F0} | {Of(one => one.ServerCpu / one.Messages) * 1000:F3} " +
                    $"| {Of(one => one.DatabaseCpu / one.Messages) * 1000:F3} | {Of(one => one.ReceiverCpu / one.Messages) * 1000:F3} |");
            }
        }

        if (parts[0].Latencies.Count == 0)
            return;
        Console.WriteLine();
        Console.WriteLine("| one message, from before it is written to its receiver | database | p50 ms | p99 ms |");
        Console.WriteLine("|:--|:--|--:|--:|");
        foreach (var what in parts[0].Latencies.Keys)
        {
            foreach (var part in parts)
            {
                List<double> sorted = [.. part.Latencies[what].Order()];
                Console.WriteLine(
                    $"| {what} | {part.Name} | {Figures.Percentile(sorted, 0.5):F2} | {Figures.Percentile(sorted, 0.99):F2} |");
            }
        }
    }

    private sealed record Drain(int Messages, double Seconds, double ServerCpu, double DatabaseCpu, double ReceiverCpu)
    {
        public double Rate => Messages / Seconds;
    }

    /// <summary>A server on one database.</summary>
    private sealed record Part(string Name, MessagesProcess Server, int? Database, MailSink? Mail, SmsSink Sms)
    {
        public Dictionary<string, List<Drain>> Drains { get; } = [];

        public Dictionary<string, List<double>> Latencies { get; } = [];

        /// <summary>From the moment at which all are due to that at which all are erased.</summary>
        public async Task DrainAsync(string what, string to, int messages, bool counts, int left = 0)
        {
            await Server.FillAsync(messages, to);
            var (server, database, receiver) = (Server.CpuTime, DatabaseCpu(), Environment.CpuUsage.TotalTime);
            var watch = Stopwatch.StartNew();
            var taken = to == Phones ? Sms.Taken : Mail?.Taken;
            await Server.GoAsync();
            while (taken?.Count < messages)
                await Task.Delay(10);
            while (await Server.WaitingAsync() > left)
                await Task.Delay(taken is null ? 100 : 10);
            var drain = new Drain(
                messages, watch.Elapsed.TotalSeconds, (Server.CpuTime - server).TotalSeconds, (DatabaseCpu() - database).TotalSeconds,
                (Environment.CpuUsage.TotalTime - receiver).TotalSeconds);
            if (taken is not null && (taken.Count != messages || taken.Values.Any(one => one.Times != 1)))
                throw new InvalidOperationException($"Of {messages} messages {taken.Count} came, or some came twice.");
            taken?.Clear();
            if (left == 0)
                await Server.ClearAsync();
            if (counts)
                Of(Drains, what).Add(drain);
        }

        /// <summary>One message after the other.</summary>
        public async Task SinglesAsync(string what, bool counts)
        {
            for (var single = 0; single < Singles; single++)
            {
                var (id, at) = await Server.OneAsync(People);
                (int Times, long At) taken;
                while (!Mail!.Taken.TryGetValue(id, out taken))
                    await Task.Delay(1);
                if (counts)
                    Of(Latencies, what).Add(Stopwatch.GetElapsedTime(at, taken.At).TotalMilliseconds);
                await Task.Delay(5);
            }

            Mail!.Taken.Clear();
        }

        /// <summary>The same while one receiver, who got more messages before all others, does not answer.</summary>
        public async Task WithDeadAsync(int messages, bool counts)
        {
            const string What = "mail, one receiver dead";
            Mail!.Hold();
            await Server.FillAsync(OfDead, Dead);
            await Server.GoAsync();
            await Task.Delay(500);
            await DrainAsync(What, People, messages, counts, left: OfDead);
            await SinglesAsync(What, counts);
            await Server.ClearAsync();
            // Those that the server has in hand are over soon.
            Mail.Release();
            await Task.Delay(2000);
        }

        private static List<T> Of<T>(Dictionary<string, List<T>> lists, string what)
            => lists.TryGetValue(what, out var list) ? list : lists[what] = [];

        private TimeSpan DatabaseCpu() => Database is { } process ? ProcessTree.CpuTime(process) : default;
    }
}
