using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Complete.Readers;

/// <summary>A program that judges tokens with a library that is not ours, by the keys that it is given once.</summary>
internal sealed class TokenReader : IDisposable
{
    private readonly Process process;

    private TokenReader(string library, string program, params string[] arguments)
    {
        Library = library;
        process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public string Library { get; }

    /// <summary>One of each, told the keys, the issuer and the audience.</summary>
    public static async Task<IReadOnlyList<TokenReader>> StartAllAsync(JsonNode keys, string issuer, string audience)
    {
        var tests = Path.Combine(RepositoryRoot.Find(), "tests");
        string Script(string name) => Path.Combine(tests, "Server", "Complete", "Readers", name);
        TokenReader[] readers =
        [
            new("jose", "node", Script("read-with-jose.mjs"), Path.Combine(tests, "Browser", "package.json")),
            // Debian's own, which its python3-jwt is for.
            new("PyJWT", "/usr/bin/python3", Script("read-with-pyjwt.py")),
            new("ruby-jwt", "ruby", Script("read-with-ruby-jwt.rb")),
        ];
        var first = new JsonObject { ["jwks"] = keys.DeepClone(), ["issuer"] = issuer, ["audience"] = audience }.ToJsonString();
        foreach (var reader in readers)
            await reader.process.StandardInput.WriteLineAsync(first);
        return readers;
    }

    /// <summary>Whose the token is; null: it is refused.</summary>
    public async Task<string?> ReadAsync(string token)
    {
        await process.StandardInput.WriteLineAsync(token);
        await process.StandardInput.FlushAsync();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return line?.Split(' ') switch
        {
            ["sub", var subject] => subject,
            ["refused", ..] => null,
            _ => throw new InvalidOperationException(
                $"{Library} has ended. The readers need python3-jwt, python3-cryptography, ruby-jwt, and npm ci in tests/Browser."),
        };
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
