using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;

namespace OpenPassage.Demo;

/// <summary>
/// One account of this site. <paramref name="Id"/> never changes and says nothing about its owner: it is the external id that the
/// passkey server knows.
/// </summary>
public sealed record Account(string Id, string Name);

/// <summary>The site's own table of names and passwords, in its own file. Passkeys change nothing here.</summary>
public sealed class Accounts
{
    private readonly string connectionString;
    private readonly PasswordHasher<Account> hasher = new();
    private readonly string hashOfNobody;

    public Accounts(string file)
    {
        connectionString = new SqliteConnectionStringBuilder { DataSource = file }.ToString();
        hashOfNobody = hasher.HashPassword(new Account("", ""), Guid.NewGuid().ToString());
        using var command = Command("""
            CREATE TABLE IF NOT EXISTS accounts
                (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, password_hash TEXT NOT NULL)
            """);
        command.ExecuteNonQuery();
        command.Connection!.Dispose();
    }

    /// <summary>Makes an account; null when the name is taken.</summary>
    public Account? Create(string name, string password)
    {
        var account = new Account(Guid.NewGuid().ToString("N"), name);
        using var command = Command("INSERT INTO accounts (id, name, password_hash) VALUES (@id, @name, @hash) ON CONFLICT DO NOTHING",
            ("@id", account.Id), ("@name", name), ("@hash", hasher.HashPassword(account, password)));
        using var connection = command.Connection;
        return command.ExecuteNonQuery() == 1 ? account : null;
    }

    /// <summary>The account when name and password belong together, else null.</summary>
    public Account? Find(string name, string password)
    {
        var (account, hash) = Read("SELECT id, name, password_hash FROM accounts WHERE name = @value", name);
        // An unknown name costs as much time as a known one, so that nobody learns names by the clock.
        var verdict = hasher.VerifyHashedPassword(account ?? new Account("", ""), hash ?? hashOfNobody, password);
        return verdict == PasswordVerificationResult.Failed ? null : account;
    }

    /// <summary>The account with this id, or null.</summary>
    public Account? Find(string id) => Read("SELECT id, name, password_hash FROM accounts WHERE id = @value", id).Account;

    private (Account? Account, string? Hash) Read(string sql, string value)
    {
        using var command = Command(sql, ("@value", value));
        using var connection = command.Connection;
        using var reader = command.ExecuteReader();
        return reader.Read() ? (new Account(reader.GetString(0), reader.GetString(1)), reader.GetString(2)) : (null, null);
    }

    private SqliteCommand Command(string sql, params (string Name, string Value)[] parameters)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        var command = new SqliteCommand(sql, connection);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
