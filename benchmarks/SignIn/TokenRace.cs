using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Server;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Complete.Sessions;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>The server's own tokens beside bare signatures with a key of the same size, in turns, on all cores at once.</summary>
internal sealed class TokenRace : IAsyncDisposable
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("openpassage-tokens-");
    private readonly WebApplication server;
    private readonly RSA[] keys;
    private byte[] signed = [];

    private TokenRace()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://127.0.0.1:{Ports.Free()}");
        builder.Services.AddOpenPassage(options =>
        {
            options.DataDirectory = data.FullName;
            options.Apps.Add(new AppOptions
            {
                Id = Contender.AppId, Type = "complete", RpId = "localhost", Origins = { Contender.Origin },
            });
        });
        builder.Services.AddOpenPassageComplete(_ => { });
        server = builder.Build();
        using var pair = RSA.Create(SigningKey.Bits);
        var key = pair.ExportParameters(includePrivateParameters: true);
        keys = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => RSA.Create(key))];
    }

    public static async Task<TokenRace> StartAsync()
    {
        var race = new TokenRace();
        await race.server.StartAsync();
        race.signed = System.Text.Encoding.ASCII.GetBytes((await race.SignTokenAsync()).Split('.') is [var head, var body, _]
            ? $"{head}.{body}"
            : throw new InvalidOperationException("A token has three parts."));
        await race.MeasureAsync(slices: 5);
        return race;
    }

    /// <summary>Milliseconds of CPU time of one token, and of one bare signature over as many bytes.</summary>
    public async Task<(double Token, double Signature)> MeasureAsync(int slices = 10)
    {
        double token = 0, signature = 0;
        for (var slice = 0; slice < slices; slice++)
        {
            token += await PerOperationAsync(_ => SignTokenAsync());
            signature += await PerOperationAsync(core =>
            {
                keys[core].SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                return new("");
            });
        }
        return (token / slices, signature / slices);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        foreach (var key in keys)
            key.Dispose();
        data.Delete(recursive: true);
    }

    private ValueTask<string> SignTokenAsync() => server.Services.GetRequiredService<AccessTokens>().SignAsync(
        server.Services.GetRequiredService<AppDirectory>().Find(Contender.AppId)!,
        "abcdefghijklmnopqrstuvwx", "ABCDEFGHIJKLMNOPQRSTUVWX", "swk user", DateTimeOffset.UnixEpoch, default);

    private static async Task<double> PerOperationAsync(Func<int, ValueTask<string>> operation)
    {
        var (operations, cpu, begun) = (0, Environment.CpuUsage.TotalTime, TimeProvider.System.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(core => Task.Run(async () =>
        {
            for (; TimeProvider.System.GetElapsedTime(begun) < Slice; Interlocked.Increment(ref operations))
                await operation(core);
        })));
        return (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / operations;
    }
}
