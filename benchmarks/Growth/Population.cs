using System.Buffers.Text;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using OpenPassage.Authenticator;
using OpenPassage.Benchmarks.SignIn;

namespace OpenPassage.Benchmarks.Growth;

/// <summary>
/// Users with a passkey each, put into the server's own tables by <c>COPY</c>: rows like those of somebody who registered through the
/// API, but for what is each one's own. Some have keys that this process holds, and can sign in.
/// </summary>
internal sealed class Population(NpgsqlDataSource database)
{
    private const string UserColumns =
        "app_id, user_id, external_id, user_handle, status, carried_logins, carried_last_login_at, created_at, updated_at";

    private const string PasskeyColumns = """
        app_id, credential_id, device_id, user_id, public_key, sign_count, uv_initialized, backup_eligible, backup_state, transports, aaguid,
        rp_id, attestation_object, attestation_client_data, friendly_name, device_type, usage_count, last_login_at, created_at, updated_at
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private int count;

    public int Count => count;

    /// <summary>Adds people until there are this many, and makes the planner know; some of the new ones, spread evenly.</summary>
    public async Task<List<Person>> GrowAsync(int size, int known)
    {
        var template = await ReadTemplateAsync();
        var people = new List<Person>();
        var (first, step) = (count, (double)(size - count) / known);
        const int Chunk = 100_000;
        while (count < size)
        {
            var some = new List<Newcomer>();
            for (var end = Math.Min(size, count + Chunk); count < end; count++)
            {
                // Whoever crosses the next multiple of the step has a key that can sign.
                var person = people.Count < known && count - first >= people.Count * step ? Person.Make($"user-{count}") : null;
                if (person is not null)
                    people.Add(person);
                some.Add(Newcomer.Make(count, person));
            }
            await CopyUsersAsync(template, some);
            await CopyPasskeysAsync(template, some);
        }
        await ExecuteAsync("VACUUM ANALYZE");
        await ExecuteAsync("CHECKPOINT");
        return people;
    }

    public async Task<T> AskAsync<T>(string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<Template> ReadTemplateAsync()
    {
        await using var command = database.CreateCommand($"SELECT {PasskeyColumns} FROM passkeys ORDER BY created_at LIMIT 1");
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        var values = new object[row.FieldCount];
        row.GetValues(values);
        return new Template([.. Enumerable.Range(0, row.FieldCount).Select(row.GetName)], values);
    }

    private async Task CopyUsersAsync(Template template, List<Newcomer> newcomers)
    {
        await using var connection = await OpenAsync();
        await using var copy = await connection.BeginBinaryImportAsync($"COPY users ({UserColumns}) FROM STDIN (FORMAT BINARY)");
        copy.Timeout = Patience;
        foreach (var one in newcomers)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(template.AppId, NpgsqlDbType.Text);
            await copy.WriteAsync(one.UserId, NpgsqlDbType.Text);
            await copy.WriteAsync(one.ExternalId, NpgsqlDbType.Text);
            await copy.WriteAsync(one.UserHandle, NpgsqlDbType.Bytea);
            await copy.WriteAsync("active", NpgsqlDbType.Text);
            await copy.WriteAsync(0L, NpgsqlDbType.Bigint);
            await copy.WriteAsync(0L, NpgsqlDbType.Bigint);
            await copy.WriteAsync(template.CreatedAt, NpgsqlDbType.Bigint);
            await copy.WriteAsync(template.CreatedAt, NpgsqlDbType.Bigint);
        }
        await copy.CompleteAsync();
    }

    private async Task CopyPasskeysAsync(Template template, List<Newcomer> newcomers)
    {
        await using var connection = await OpenAsync();
        await using var copy = await connection.BeginBinaryImportAsync($"COPY passkeys ({PasskeyColumns}) FROM STDIN (FORMAT BINARY)");
        copy.Timeout = Patience;
        foreach (var one in newcomers)
        {
            await copy.StartRowAsync();
            for (var column = 0; column < template.Names.Count; column++)
            {
                object value = template.Names[column] switch
                {
                    "credential_id" => one.CredentialId,
                    "device_id" => one.DeviceId,
                    "user_id" => one.UserId,
                    "public_key" => one.PublicKey,
                    _ => template.Values[column],
                };
                await (value switch
                {
                    DBNull => copy.WriteNullAsync(),
                    string text => copy.WriteAsync(text, NpgsqlDbType.Text),
                    byte[] bytes => copy.WriteAsync(bytes, NpgsqlDbType.Bytea),
                    _ => copy.WriteAsync((long)value, NpgsqlDbType.Bigint),
                });
            }
        }
        await copy.CompleteAsync();
    }

    /// <summary>A connection on which foreign keys are not looked up row by row: the rows are made in pairs.</summary>
    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SET session_replication_role = replica", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>The row of somebody who registered through the API.</summary>
    private sealed record Template(IReadOnlyList<string> Names, IReadOnlyList<object> Values)
    {
        public string AppId { get; } = (string)Values[Names.ToList().IndexOf("app_id")];

        public long CreatedAt { get; } = (long)Values[Names.ToList().IndexOf("created_at")];
    }

    private sealed record Newcomer(
        string UserId, string DeviceId, string ExternalId, byte[] UserHandle, byte[] CredentialId, byte[] PublicKey)
    {
        private static readonly byte[] SomeKey = SigningKey.Create(Alg.ES256).ToCose().ToBytes();

        public static Newcomer Make(int number, Person? person) => new(
            NewId(),
            NewId(),
            $"user-{number}",
            person?.Passkey.UserHandle ?? RandomNumberGenerator.GetBytes(32),
            person?.Passkey.Id ?? RandomNumberGenerator.GetBytes(32),
            person?.Passkey.Key.ToCose().ToBytes() ?? SomeKey);

        private static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18));
    }
}
