using System.Globalization;
using System.Net.Http.Headers;
using OpenPassage.Proof.Tests.Crowds;
using OpenPassage.Proof.Tests.Processes;

namespace OpenPassage.Proof.Tests.Sessions;

/// <summary>Three servers on one PostgreSQL.</summary>
public sealed class ThreeNodes : IAsyncLifetime
{
    private readonly List<ServerProcess> nodes = [];
    private PostgresDaemon? postgres;

    public async ValueTask InitializeAsync()
    {
        if (Programs.PostgresBinaries is null)
            return;
        postgres = await PostgresDaemon.StartNewAsync();
        nodes.AddRange(Enumerable.Range(0, 3).Select(_ => new ServerProcess(postgres.ConnectionString)));
        await Task.WhenAll(nodes.Select(node => node.StartAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
        if (postgres is not null)
            await postgres.DisposeAsync();
    }

    /// <summary>An app on each node.</summary>
    internal Api[] Apis(string app)
    {
        Assert.SkipWhen(postgres is null, "PostgreSQL is not installed.");
        return [.. nodes.Select(node => new Api(node, app))];
    }

    /// <summary>One number from the database.</summary>
    internal Task<object?> AskAsync(string sql) => postgres!.AskAsync(sql);

    /// <summary>What all nodes together have counted.</summary>
    internal async Task<double> CountedAsync(string counter)
    {
        using var http = new HttpClient();
        var sum = 0.0;
        foreach (var node in nodes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, "/metrics"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.MetricsKey);
            using var answer = await http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            sum += (await answer.Content.ReadAsStringAsync()).Split('\n')
                .Where(line => line.StartsWith(counter + " ", StringComparison.Ordinal))
                .Sum(line => double.Parse(line[(counter.Length + 1)..], CultureInfo.InvariantCulture));
        }

        return sum;
    }
}
