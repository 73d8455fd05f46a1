using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenPassage.Benchmarks.SignIn;

namespace OpenPassage.Benchmarks.Readiness;

/// <summary>The real server with a fresh data directory and no limits, and one readiness key.</summary>
internal sealed class ReadinessServer : ServerProcess
{
    private readonly HttpClient http = new();

    private ReadinessServer(string name)
        : base(name)
    {
    }

    public string KeyId { get; private set; } = "";

    public string Key { get; private set; } = "";

    /// <param name="name">How it is called in the table.</param>
    /// <param name="database">A connection string; null: a new SQLite file.</param>
    public static async Task<ReadinessServer> StartAsync(string name, string? database)
    {
        var server = new ReadinessServer(name);
        await server.StartAsync(database, program: null,
        [
            $"--OpenPassage:AdminKeys:0={server.ApiKey}",
            "--OpenPassage:Readiness:ReportsPerMinute=0",
            "--OpenPassage:Readiness:DevicesPerNetworkAndHour=0",
        ]);
        server.http.BaseAddress = server.Address;
        server.http.DefaultRequestHeaders.Authorization = new("Bearer", server.ApiKey);
        using var made = await server.http.PostAsJsonAsync("v1/manage/readiness/keys", new { name = "benchmark" });
        var key = JsonNode.Parse(await made.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
        (server.KeyId, server.Key) = ((string)key["id"]!, (string)key["key"]!);
        return server;
    }

    /// <summary>Asks for the whole picture; how long it took.</summary>
    public async Task<TimeSpan> PictureAsync(string query)
    {
        var watch = Stopwatch.StartNew();
        using var answer = await http.GetAsync($"v1/manage/readiness?{query}");
        var text = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        return text.Contains("\"forecast\":{", StringComparison.Ordinal)
            ? watch.Elapsed
            : throw new InvalidOperationException($"There is no forecast in {text[..Math.Min(text.Length, 500)]}");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        http.Dispose();
    }
}
