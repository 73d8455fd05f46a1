using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Crowds;

/// <summary>
/// Clients that register people and sign them in, each with people of its own, over real HTTP until they are told to stop;
/// and the judgement afterwards. Every second client is of a Flex app, the others of a Complete app.
/// </summary>
internal sealed class Crowd(ServerProcess server, int clients) : IDisposable
{
    private readonly Api flex = new(server, ServerProcess.AppId), complete = new(server, ServerProcess.CompleteAppId);
    private readonly List<IPerson>[] people = [.. Enumerable.Range(0, clients).Select(_ => new List<IPerson>())];
    private readonly ConcurrentQueue<string> wrong = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private Task[] running = [];
    private volatile bool stopping;
    private long lastOfFlex, lastOfComplete;
    private int lost, unavailable;

    /// <summary>Calls that were cut off.</summary>
    public int Lost => lost;

    /// <summary>Calls that were answered with 503 and the server's own envelope.</summary>
    public int Unavailable => unavailable;

    /// <summary>Answers that nobody may get: another status, another shape.</summary>
    public IReadOnlyCollection<string> Wrong => wrong;

    public int Registrations => Everybody.Count(person => person.Registered);

    public int SignIns => Everybody.Sum(person => person.SignIns);

    public int Refreshes => Everybody.Sum(person => person.Refreshes);

    public int InDoubt => Everybody.Sum(person => person.InDoubt);

    public string Tally => $"{Registrations} registrations, {SignIns} sign-ins, {Refreshes} refreshes";

    private IEnumerable<IPerson> Everybody => people.SelectMany(mine => mine);

    /// <summary>Sets all clients going. A client whose call gets no answer stops; told 503, it comes again.</summary>
    public void Start()
    {
        stopping = false;
        running = [.. people.Select((mine, client) => Task.Run(() => RunAsync(mine, client)))];
    }

    /// <summary>Every client ends what it is at.</summary>
    public async Task StopAsync()
    {
        stopping = true;
        await Task.WhenAll(running);
    }

    /// <summary>
    /// Waits until somebody of each app has been served whose call began after this one; how long that took, or null when patience ended
    /// first.
    /// </summary>
    public async Task<TimeSpan?> NextAnswerAsync(TimeSpan patience)
    {
        var asked = clock.Elapsed;
        while (clock.Elapsed - asked < patience)
        {
            if (new TimeSpan(Math.Min(Volatile.Read(ref lastOfFlex), Volatile.Read(ref lastOfComplete))) > asked)
                return clock.Elapsed - asked;
            await Task.Delay(10);
        }
        return null;
    }

    /// <summary>
    /// Settles what is in doubt, tries everything used again, and compares with what the server says: the same people, each with
    /// as many sign-ins as were answered, no more and no less.
    /// </summary>
    public async Task JudgeAsync(bool all)
    {
        await Task.WhenAll(people.Select(mine => Task.Run(async () =>
        {
            foreach (var person in mine)
                await person.SettleAsync(all);
        })));

        Compare<Person>(await LoginCountsAsync(flex, "external_id"));
        Compare<Member>(await LoginCountsAsync(complete, "email"));
    }

    public void Dispose()
    {
        flex.Dispose();
        complete.Dispose();
    }

    private void Compare<T>(Dictionary<string, long> kept)
        where T : IPerson
    {
        foreach (var person in Everybody.Where(person => person is T && person.Registered))
        {
            Assert.True(kept.Remove(person.Name, out var logins), $"{person.Name} was registered and is gone.");
            Assert.True(logins == person.SignIns, $"{person.Name} signed in {person.SignIns} times and the server counts {logins}.");
        }

        // Those are left whose first call was all that arrived.
        Assert.All(kept.Values, logins => Assert.Equal(0, logins));
        Assert.Subset(
            Everybody.Select(person => person.Name).ToHashSet(StringComparer.Ordinal),
            kept.Keys.ToHashSet(StringComparer.Ordinal));
    }

    private async Task RunAsync(List<IPerson> mine, int client)
    {
        var isFlex = client % 2 == 0;
        for (var turn = RandomNumberGenerator.GetInt32(4); !stopping; turn++)
        {
            var began = clock.Elapsed;
            try
            {
                var registered = mine.Where(person => person.Registered).ToList();
                if (registered.Count == 0 || turn % 4 == 3)
                {
                    var name = $"{client}-{mine.Count}";
                    IPerson newcomer = isFlex ? new Person(flex, name) : new Member(complete, name);
                    mine.Add(newcomer);
                    await newcomer.RegisterAsync();
                }
                else
                {
                    await registered[turn % registered.Count].GoOnAsync(turn);
                    Volatile.Write(ref isFlex ? ref lastOfFlex : ref lastOfComplete, began.Ticks);
                }
            }
            catch (NoAnswerException)
            {
                Interlocked.Increment(ref lost);
                return;
            }
            catch (RefusedException refused) when (refused.Answer.Unavailable)
            {
                Interlocked.Increment(ref unavailable);
                await Task.Delay(50);
            }
            catch (Exception e) when (e is RefusedException or JsonException or KeyNotFoundException)
            {
                wrong.Enqueue(e.Message);
                return;
            }
        }
    }

    private static async Task<Dictionary<string, long>> LoginCountsAsync(Api api, string name)
    {
        const int Limit = 500;
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var page = 1; ; page++)
        {
            var answer = await api.AskAsync($"users?limit={Limit}&page={page}&order_by=created_at:ASC");
            Assert.True(answer.Ok, answer.ToString());
            var users = answer.Body.GetProperty("users");
            foreach (var user in users.EnumerateArray())
                counts.Add(user.GetProperty(name).GetString()!, user.GetProperty("login_count").GetInt64());
            if (users.GetArrayLength() < Limit)
                return counts;
        }
    }
}
