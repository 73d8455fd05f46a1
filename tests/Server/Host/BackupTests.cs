using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests.Host;

public sealed class BackupTests(ServerFixture server) : ServerTests(server), IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-tests-");

    private string Copy => Path.Combine(directory.FullName, "copy.db");

    public void Dispose() => directory.Delete(recursive: true);

    private Task<(int ExitCode, string Output)> BackUpAsync(string file) =>
        Executable.RunAsync("backup", file, "--OpenPassage:DataDirectory", Server.DataDirectory);

    [Fact]
    public async Task A_copy_made_under_load_can_be_served_from()
    {
        var before = await RegisteredAsync();
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var signIns = 0;
            for (var page = new Page(Server, App); !enough.IsCancellationRequested; signIns++)
                await RegisteredAsync(page: page);
            return signIns;
        }));

        var (exitCode, output) = await BackUpAsync(Copy);

        await enough.CancelAsync();
        Assert.All(await load, signIns => Assert.True(signIns > 0));
        Assert.True(exitCode == 0, output);
        Assert.Equal([Copy], Directory.GetFiles(directory.FullName));

        // With an absolute path the copy is served where it lies.
        var restored = new ServerFixture { SharedDatabase = Copy };
        try
        {
            await restored.InitializeAsync();
            var signedIn = (await new Page(restored, App) { Authenticator = Page.Authenticator }.AuthenticateAsync()).Expect(200);
            Assert.Equal(before, (await new Backend(restored, App).VerifyNonceAsync(signedIn["nonce"]!)).Expect(200)["external_id"]);
            (await new Page(restored, App).RegisterAsync(
                (await new Backend(restored, App).CreateRegisterTransactionAsync("after")).Expect(201)["transaction_id"])).Expect(200);
        }
        finally
        {
            await restored.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_copy_is_for_its_owner_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        Assert.Equal(0, (await BackUpAsync(Copy)).ExitCode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Copy));
    }

    [Fact]
    public async Task Its_length_is_told_in_JSON()
    {
        var (exitCode, output) = await Executable.RunAsync("backup", Copy, "--json", "--OpenPassage:DataDirectory", Server.DataDirectory);
        Assert.True(exitCode == 0, output);
        var made = JsonNode.Parse(output)!;
        Assert.Equal((Copy, new FileInfo(Copy).Length), ((string)made["file"]!, (long)made["bytes"]!));
    }

    [Fact]
    public async Task Nothing_is_overwritten()
    {
        await File.WriteAllTextAsync(Copy, "precious");
        var (exitCode, output) = await BackUpAsync(Copy);
        Assert.Equal(1, exitCode);
        Assert.Contains("never overwrites", output, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(Copy));
        Assert.Single(directory.GetFiles());
    }

    [Fact]
    public async Task A_damaged_database_makes_no_copy()
    {
        var damaged = Path.Combine(directory.FullName, "openpassage.db");
        Assert.Equal(0, (await BackUpAsync(damaged)).ExitCode);
        await using (var file = new FileStream(damaged, FileMode.Open, FileAccess.Write))
        {
            file.Position = 4096;
            await file.WriteAsync(new byte[(int)file.Length - 4096]);
        }

        var (exitCode, output) = await Executable.RunAsync("backup", Copy, $"--OpenPassage:DataDirectory={directory.FullName}");

        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Copy) || File.Exists(Copy + ".part"));
    }

    [Theory]
    [InlineData("--OpenPassage:DataDirectory=/nowhere", "does not exist")]
    [InlineData("--OpenPassage:Database=Host=db.example.com;Database=openpassage", "pg_dump")]
    public async Task What_is_no_SQLite_database_is_told_in_a_sentence(string setting, string told)
    {
        var (exitCode, output) = await Executable.RunAsync("backup", Copy, setting);
        Assert.Equal(1, exitCode);
        Assert.Contains(told, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Empty(directory.GetFiles());
    }
}
