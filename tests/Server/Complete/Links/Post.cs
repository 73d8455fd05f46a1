using System.Diagnostics;
using MimeKit;

namespace OpenPassage.Server.Tests.Complete.Links;

/// <summary>What people find in their mailboxes: the files that a server without a mail server keeps.</summary>
internal static class Post
{
    /// <summary>Mail to an address, oldest first, as soon as there are so many.</summary>
    public static async Task<IReadOnlyList<MimeMessage>> ReadAsync(ServerFixture server, string address, int least = 1)
    {
        var directory = Path.Combine(server.DataDirectory, "messages");
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(30);)
        {
            List<MimeMessage> found = [];
            foreach (var file in (Directory.Exists(directory) ? Directory.GetFiles(directory, "*.eml") : []).Order(StringComparer.Ordinal))
            {
                if (!(await File.ReadAllTextAsync(file)).Contains(address, StringComparison.Ordinal))
                    continue;
                found.Add(await MimeMessage.LoadAsync(file));
            }

            if (found.Count >= least)
                return found;
            await Task.Delay(10);
        }

        throw new InvalidOperationException($"There are fewer than {least} messages to {address}.");
    }

    /// <summary>The link in the newest of so many messages.</summary>
    public static async Task<string> LinkAsync(ServerFixture server, string address, int least = 1)
    {
        var text = (await ReadAsync(server, address, least))[^1].TextBody;
        return text!.Split().Single(word => word.StartsWith("https://", StringComparison.Ordinal));
    }

    public static string SecretOf(string link) => link.Split("psg_magic_link=", 2)[1].Split('&', '#')[0];
}
