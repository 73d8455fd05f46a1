using Microsoft.Extensions.DependencyInjection;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Tests.Host;

/// <summary>Files that the program writes are for their owner alone, from their first byte.</summary>
public sealed class OwnerOnlyFilesTests(ServerFixture server) : ServerTests(server), IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybody
        = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-tests-");

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [InlineData("jsonl")]
    [InlineData("csv")]
    public async Task An_export_of_events_is(string format)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        await RegisteredAsync();
        var file = Path.Combine(directory.FullName, $"events.{format}");

        var (exitCode, output) = await Executable.RunAsync(
            "event", "export", file, "--format", format, "--OpenPassage:DataDirectory", Server.DataDirectory);

        Assert.True(exitCode == 0, output);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        Assert.NotEqual(0, new FileInfo(file).Length);
    }

    [Fact]
    public async Task A_file_that_is_there_is_no_place_for_an_export_nor_what_a_link_leads_to()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        var (file, link) = (Path.Combine(directory.FullName, "open"), Path.Combine(directory.FullName, "link"));
        await File.WriteAllTextAsync(file, "precious");
        File.SetUnixFileMode(file, Everybody);
        File.CreateSymbolicLink(link, Path.Combine(directory.FullName, "elsewhere"));

        foreach (var name in (string[])[file, link])
            Assert.Equal(
                1,
                (await Executable.RunAsync("event", "export", name, "--OpenPassage:DataDirectory", Server.DataDirectory)).ExitCode);

        Assert.Equal("precious", await File.ReadAllTextAsync(file));
        Assert.False(File.Exists(Path.Combine(directory.FullName, "elsewhere")));
    }

    /// <summary>As the demo's key is: whoever had the old file open goes on reading the old one.</summary>
    [Fact]
    public void A_secret_never_stands_in_a_file_that_was_open_to_others()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        var file = Path.Combine(directory.FullName, "demo.key");
        File.WriteAllText(file, "old");
        File.SetUnixFileMode(file, Everybody);
        using var watched = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

        DataDirectory.WriteFile(file, "secret\n");

        Assert.Equal("secret\n", File.ReadAllText(file));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        Assert.Equal("old", watched.ReadToEnd());
        Assert.Equal([file], Directory.GetFiles(directory.FullName));
    }

    [Fact]
    public void The_keys_that_tickets_are_sealed_with_are()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        Assert.NotNull(Server.Services.GetRequiredService<OpenPassage.Server.Sealing.Tickets>());
        var keys = Directory.GetFiles(Path.Combine(Server.DataDirectory, "keys"));
        Assert.NotEmpty(keys);
        foreach (var file in keys)
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
    }
}
