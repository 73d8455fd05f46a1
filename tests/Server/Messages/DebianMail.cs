using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>
/// Postfix and Dovecot as Debian has them, with directories and ports of their own. Postfix takes mail for every domain and puts it into
/// one mailbox, which Dovecot shows by IMAP. Both are started as root and give that up.
/// </summary>
internal sealed class DebianMail : IAsyncDisposable
{
    private const string Postfix = "/usr/sbin/postfix";
    private const string Dovecot = "/usr/sbin/dovecot";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("openpassage-mail-");
    private readonly int imap = Ports.Free();
    private Process? dovecot;

    public int Port { get; } = Ports.Free();

    /// <summary>Why there is none; null: there is.</summary>
    public static string? Missing => (File.Exists(Postfix) && File.Exists(Dovecot), Environment.IsPrivilegedProcess) switch
    {
        (false, _) => "Postfix and Dovecot are not installed: apt-get install postfix dovecot-imapd",
        (_, false) => "Postfix and Dovecot are started by root only.",
        _ => null,
    };

    private string PostfixSettings => Path.Combine(directory.FullName, "postfix");

    public static async Task<DebianMail> StartAsync()
    {
        var mail = new DebianMail();
        try
        {
            await mail.StartBothAsync();
            return mail;
        }
        catch
        {
            await mail.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until so many mails lie in the mailbox, and reads them by IMAP.</summary>
    public async Task<IReadOnlyList<byte[]>> WaitForAsync(int count)
    {
        using var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", imap, SecureSocketOptions.None);
        await client.AuthenticateAsync("person", "password");
        await client.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        for (var tries = 0; tries < 600 && client.Inbox.Count < count; tries++)
        {
            await Task.Delay(100);
            await client.NoOpAsync();
        }

        List<byte[]> mails = [];
        for (var place = 0; place < client.Inbox.Count; place++)
        {
            await using var stream = await client.Inbox.GetStreamAsync(place, "");
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            mails.Add(bytes.ToArray());
        }

        await client.DisconnectAsync(quit: true);
        return mails;
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(PostfixSettings))
            await RunAsync(Postfix, "-c", PostfixSettings, "stop");
        if (dovecot is not null)
        {
            dovecot.Kill(entireProcessTree: true);
            await dovecot.WaitForExitAsync();
            dovecot.Dispose();
        }

        directory.Delete(recursive: true);
    }

    private async Task StartBothAsync()
    {
        var home = directory.FullName;
        // Those who serve are others than root.
        await RunAsync("chmod", "755", home);
        foreach (var name in (string[])["postfix", "queue", "data", "mail", "dovecot"])
            directory.CreateSubdirectory(name);
        var (user, group) = (await IdAsync("-u"), await IdAsync("-g"));
        await RunAsync("chown", $"{user}:{group}", Path.Combine(home, "data"), Path.Combine(home, "mail"));
        await File.WriteAllTextAsync(Path.Combine(PostfixSettings, "main.cf"), MainCf(user, group));
        await File.WriteAllTextAsync(Path.Combine(PostfixSettings, "master.cf"), MasterCf);
        await RunAsync(Postfix, "-c", PostfixSettings, "start");

        var settings = Path.Combine(home, "dovecot.conf");
        await File.WriteAllTextAsync(settings, DovecotConf(user, group));
        dovecot = Process.Start(new ProcessStartInfo(Dovecot, ["-F", "-c", settings]) { UseShellExecute = false })!;
        await ListensAsync(Port);
        await ListensAsync(imap);
    }

    // Every receiver's mail goes into one mailbox, and nothing leaves this machine.
    private string MainCf(string user, string group) => $"""
        compatibility_level = 3.6
        queue_directory = {directory}/queue
        data_directory = {directory}/data
        command_directory = /usr/sbin
        daemon_directory = /usr/lib/postfix/sbin
        mail_owner = postfix
        setgid_group = postdrop
        maillog_file =
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = mail.test
        mydestination =
        mynetworks = 127.0.0.0/8
        smtpd_recipient_restrictions = permit_mynetworks, reject
        smtpd_relay_restrictions = permit_mynetworks, reject
        virtual_mailbox_domains = static:all
        virtual_mailbox_maps = static:person/
        virtual_mailbox_base = {directory}/mail
        virtual_uid_maps = static:{user}
        virtual_gid_maps = static:{group}
        virtual_minimum_uid = 1
        default_transport = error
        relay_transport = error

        """;

    private string MasterCf => $"""
        127.0.0.1:{Port} inet n - n - - smtpd
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        error unix - - n - - error
        virtual unix - n n - - virtual
        anvil unix - - n - 1 anvil
        proxymap unix - - n - - proxymap
        postlog unix-dgram n - n - 1 postlogd

        """;

    private string DovecotConf(string user, string group) => $$"""
        base_dir = {{directory}}/dovecot
        state_dir = {{directory}}/dovecot
        log_path = {{directory}}/dovecot.log
        listen = 127.0.0.1
        protocols = imap
        ssl = no
        disable_plaintext_auth = no
        first_valid_uid = 1
        mail_location = maildir:{{directory}}/mail/person
        service imap-login {
          inet_listener imap {
            port = {{imap}}
          }
          inet_listener imaps {
            port = 0
          }
          chroot =
        }
        service anvil {
          chroot =
        }
        passdb {
          driver = static
          args = password=password
        }
        userdb {
          driver = static
          args = uid={{user}} gid={{group}} home={{directory}}/mail
        }

        """;

    private static async Task<string> IdAsync(string which) => (await RunAsync("id", which, "postfix")).Trim();

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = new StringBuilder();
        process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        process.BeginErrorReadLine();
        // Daemons that it leaves behind keep the stream open: its own end is what counts.
        process.OutputDataReceived += (_, line) => said.AppendLine(line.Data);
        process.BeginOutputReadLine();
        while (!process.WaitForExit(0))
            await Task.Delay(10);
        await Task.Delay(20);
        return process.ExitCode == 0
            ? said.ToString()
            : throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"{program} ended with {process.ExitCode}: {said}"));
    }

    private async Task ListensAsync(int port)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (tries < 600)
            {
                await Task.Delay(50);
            }
        }
    }
}
