using OpenPassage.Host.Serving;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Tests.Store;

/// <summary>Tables that rooms bring, each numbered for itself.</summary>
public class SchemaTests
{
    [Fact]
    public async Task A_database_of_the_one_sequence_is_taken_over_as_it_is()
    {
        await using var store = await StoreFixture.CreateAsync();
        await MakeFormerAsync(store);
        await store.Database.WriteAsync([new("INSERT INTO changes (kind, number) VALUES ('kept', 42)")], default);

        store.Reopen();

        Assert.Equal(42, await store.Database.NumberAsync(new("SELECT number FROM changes WHERE kind = 'kept'"), default));
        Assert.Equal(ServedRooms.Schema.Newest.Values.Sum(), await NumberAsync(store, "SELECT COUNT(*) FROM schema_steps"));
        Assert.Equal(1, await NumberAsync(store, "SELECT applied_at FROM schema_steps WHERE room = 'server' AND step = 1"));
        Assert.Equal(5, await NumberAsync(store, "SELECT applied_at FROM schema_steps WHERE room = 'console' AND step = 1"));
        Assert.Equal(6, await NumberAsync(store, "SELECT applied_at FROM schema_steps WHERE room = 'server' AND step = 4"));
    }

    [Fact]
    public async Task Programs_of_the_one_sequence_find_a_number_that_they_do_not_know()
    {
        await using var store = await StoreFixture.CreateAsync();

        Assert.Equal(12, await NumberAsync(store, "SELECT MAX(version) FROM schema_version"));
    }

    [Fact]
    public async Task What_rooms_of_another_program_have_left_is_passed_over()
    {
        await using var store = await StoreFixture.CreateAsync();
        await store.Database.WriteAsync([new("INSERT INTO schema_steps VALUES ('another', 9, 0)")], default);

        store.Reopen();

        Assert.Equal(9, await NumberAsync(store, "SELECT MAX(step) FROM schema_steps WHERE room = 'another'"));
    }

    [Fact]
    public void A_hole_between_steps_is_a_mistake_of_ours() =>
        Assert.Throws<InvalidOperationException>(() => new RoomSchema("hole", typeof(SchemaTests).Assembly));

    private static async Task<long> NumberAsync(StoreFixture store, string sql) => await store.Database.NumberAsync(new(sql), default);

    // What a program of the one sequence has left: its tables and, in the place of times, its numbers.
    private static async Task MakeFormerAsync(StoreFixture store)
    {
        List<string> tables =
        [
            .. await store.Database.ListAsync(
                new(store.Database.IsShared
                    ? "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'"
                    : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"),
                row => row.GetString(0),
                default),
        ];
        // The tables refer to each other.
        var cascade = store.Database.IsShared ? " CASCADE" : "";
        var former = FormerSchema.Steps(store.Database.IsShared);
        await store.Database.WriteAsync(
            [
                .. tables.Select(table => new Statement($"DROP TABLE {table}{cascade}") { OneOff = true }),
                .. former.SelectMany(step => step.Texts).SelectMany(Statements).Select(text => new Statement(text) { OneOff = true }),
                new(FormerSchema.Table) { OneOff = true },
                .. former.Select(
                    step => new Statement($"INSERT INTO schema_version VALUES ({step.Number}, {step.Number})") { OneOff = true }),
            ],
            default);
    }

    // A write is of single statements.
    private static IEnumerable<string> Statements(string text)
        => string.Join('\n', text.Split('\n').Select(line => line.Split("--")[0]))
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
