using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>A server in a process of its own that answers the calls of a sign-in.</summary>
internal abstract class Contender(string name) : IAsyncDisposable
{
    public const string AppId = "bench";
    public const string Origin = "http://localhost:8421";

    private readonly Dictionary<Operation, byte[]> heads = [];

    private Process? process;

    public string Name => name;

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Free()}");

    public string ApiKey { get; } = RandomNumberGenerator.GetHexString(40);

    /// <summary>From the start of the process to the first 200 of <c>/health/ready</c>.</summary>
    public TimeSpan StartUp { get; private set; }

    /// <summary>The CPU time that the server has used, on all cores and in all its processes together.</summary>
    public TimeSpan CpuTime => ProcessTree.CpuTime(process!.Id);

    public double ResidentMiB => ProcessTree.ResidentMiB(process!.Id);

    /// <summary>What a call of this operation sends up to the number in its Content-Length: as a page does, or as the backend.</summary>
    public ReadOnlySpan<byte> HeadOf(Operation operation)
    {
        lock (heads)
        {
            if (!heads.TryGetValue(operation, out var head))
                heads.Add(operation, head = MakeHead(operation));
            return head;
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (process is null)
            return;
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    protected async Task StartAsync(ProcessStartInfo start)
    {
        var watch = Stopwatch.StartNew();
        start.UseShellExecute = false;
        foreach (var ours in Connection.Settings.Keys)
            start.Environment.Remove(ours);
        process = Process.Start(start)!;
        using var http = new HttpClient();
        while (!await IsReadyAsync(http))
        {
            if (process.HasExited || watch.Elapsed > TimeSpan.FromMinutes(1))
            {
                await DisposeAsync();
                throw new InvalidOperationException($"{Name} did not become ready.");
            }
            await Task.Delay(2);
        }
        StartUp = watch.Elapsed;
    }

    /// <summary>Of the bodies that it takes.</summary>
    protected virtual string ContentType => "application/json";

    /// <summary>Where a call goes, and whether a page makes it or a backend, which shows its key.</summary>
    protected virtual (string Path, bool FromPage) Route(Operation operation)
    {
        var (path, fromPage) = operation switch
        {
            Operation.CreateRegisterTransaction => ("transactions/register", false),
            Operation.StartRegistration => ("register/transactions/webauthn/start", true),
            Operation.FinishRegistration => ("register/transactions/webauthn/finish", true),
            Operation.CreateAuthenticateTransaction => ("transactions/authenticate", false),
            Operation.StartAuthentication => ("authenticate/transactions/webauthn/start", true),
            Operation.FinishAuthentication => ("authenticate/transactions/webauthn/finish", true),
            Operation.VerifyNonce => ("authenticate/verify", false),
            Operation.StartSignUp => ("register/webauthn/start", true),
            Operation.FinishSignUp => ("register/webauthn/finish", true),
            Operation.StartLogin => ("login/webauthn/start", true),
            Operation.FinishLogin => ("login/webauthn/finish", true),
            Operation.RefreshSession => ("tokens", true),
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };
        return ($"/v1/apps/{AppId}/{path}", fromPage);
    }

    private byte[] MakeHead(Operation operation)
    {
        var (path, fromPage) = Route(operation);
        return Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {Address.Authority}\r\nContent-Type: {ContentType}\r\n" +
            $"{(fromPage ? $"Origin: {Origin}" : $"Authorization: Bearer {ApiKey}")}\r\nContent-Length: ");
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Address, "/health/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
