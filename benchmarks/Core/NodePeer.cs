using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenPassage.Benchmarks.Core;

/// <summary>@simplewebauthn/server in a node process of its own, told over its standard input how often to verify.</summary>
internal sealed class NodePeer : Contender, IDisposable
{
    private readonly Process node;
    private readonly string fixture;

    private NodePeer(Process node, string fixture)
        : base("@simplewebauthn/server, verifyAuthenticationResponse")
    {
        this.node = node;
        this.fixture = fixture;
    }

    /// <summary>Starts it; null, with the reason, when node or the package is not there.</summary>
    public static NodePeer? Start(string peers, Assertion good, Assertion bent, out string? reason)
    {
        if (!Directory.Exists(Path.Combine(peers, "node_modules")))
        {
            reason = "its packages are not installed: run npm ci in benchmarks/peers, or ./bench core";
            return null;
        }

        var file = Path.GetTempFileName();
        File.WriteAllText(file, ToFixture(good, bent).ToJsonString());
        try
        {
            var start = new ProcessStartInfo("node", ["verify.js", file])
            {
                WorkingDirectory = peers,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            reason = null;
            return new(Process.Start(start)!, file);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            File.Delete(file);
            reason = "node is not installed";
            return null;
        }
    }

    /// <summary>Whether it accepts the good assertion and refuses the bent one.</summary>
    public bool TellsApart() => (bool)Ask("check")["tellsApart"]!;

    public override Sample Run(int operations)
    {
        var answer = Ask(operations.ToString());
        return new(operations, (double)answer["seconds"]!, (double)answer["cpuSeconds"]!, Bytes: null);
    }

    public void Dispose()
    {
        node.StandardInput.Close();
        node.WaitForExit();
        node.Dispose();
        File.Delete(fixture);
    }

    private JsonNode Ask(string line)
    {
        node.StandardInput.WriteLine(line);
        node.StandardInput.Flush();
        var answer = node.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The node process ended; its message is above.");
        return JsonNode.Parse(answer) ?? throw new JsonException("The node process answered null.");
    }

    private static JsonObject ToFixture(Assertion good, Assertion bent) => new()
    {
        ["response"] = Encoding.UTF8.GetString(good.Json),
        ["bentResponse"] = Encoding.UTF8.GetString(bent.Json),
        ["challenge"] = Base64Url.EncodeToString(good.Challenge),
        ["origin"] = Assertion.Origin,
        ["rpId"] = Assertion.RpId,
        ["credentialId"] = Base64Url.EncodeToString(good.Passkey.Id),
        ["publicKey"] = Base64Url.EncodeToString(good.PublicKey),
    };
}
