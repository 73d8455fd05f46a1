using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenPassage.Server.Loops;
using OpenPassage.Server.Sql;
using OpenPassage.Server.Tests.Store;

namespace OpenPassage.Server.Tests.Loops;

public class LoopTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_failure_is_told_once_until_a_turn_succeeds_or_fails_in_another_way()
    {
        var (time, log) = (new FakeTime(), new Heard());
        var away = new DatabaseUnavailableException(new IOException("gone"));
        using var loop = new Scripted(time, log, [away, away, new InvalidOperationException("a bug"), null, away, away, null]);
        await loop.StartAsync(default);

        for (var turn = 1; turn <= 7; turn++)
        {
            time.Advance(Every);
            await UntilAsync(() => loop.Turns == turn);
        }

        await loop.StopAsync(default);
        Assert.Equal(
            [
                "Warning: It failed. The database is unavailable or busy: gone",
                "Error: It failed. InvalidOperationException",
                "Warning: It failed. The database is unavailable or busy: gone",
            ],
            log.Lines);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Only_a_loop_that_says_so_has_a_turn_at_the_end(bool turnsAtEnd, int turns)
    {
        using var loop = new Scripted(new FakeTime(), new Heard(), [null]) { AtEnd = turnsAtEnd };
        await loop.StartAsync(default);

        await loop.StopAsync(default);

        Assert.Equal(turns, loop.Turns);
    }

    [Fact]
    public async Task Whoever_follows_a_change_hears_of_it_whatever_becomes_of_others()
    {
        await using var store = await StoreFixture.CreateAsync();
        await store.Database.WriteAsync([new("INSERT INTO changes (kind, number) VALUES ('heard', 7)")], default);
        var heard = new List<long>();
        Follower[] followers =
        [
            new("apps", (_, _) => Task.FromException(new InvalidOperationException())),
            new("heard", (number, _) =>
            {
                heard.Add(number);
                return Task.CompletedTask;
            }),
            new("never", (number, _) =>
            {
                heard.Add(number);
                return Task.CompletedTask;
            }),
        ];
        using var following = new ChangesFollowing(store.Database, followers, store.Time, NullLogger<ChangesFollowing>.Instance);
        await following.StartAsync(default);

        store.Time.Advance(Every);
        await UntilAsync(() => heard.Count == 2);

        await following.StopAsync(default);
        Assert.Equal([7, 0], heard);
    }

    private static async Task UntilAsync(Func<bool> reached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!reached())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class Scripted(FakeTime time, Heard log, Exception?[] outcomes) : Loop(Every, time, log)
    {
        private volatile int turns;

        public int Turns => turns;

        public bool AtEnd { get; init; }

        protected override string Failure => "It failed.";

        protected override bool TurnsAtEnd => AtEnd;

        protected override ValueTask TurnAsync(CancellationToken cancellationToken)
            => outcomes[turns++] is { } failure ? ValueTask.FromException(failure) : ValueTask.CompletedTask;
    }

    private sealed class Heard : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Lines.Add($"{logLevel}: {formatter(state, exception)} {exception?.GetType().Name}".TrimEnd());
    }
}
