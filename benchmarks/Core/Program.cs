using System.Security.Cryptography;
using OpenPassage.Benchmarks.Core;

// ./bench core [--rounds N] [--turn MILLISECONDS]
// ./bench seal [--rounds N] [--turn MILLISECONDS]
var rounds = Option("--rounds", 15);
var turn = TimeSpan.FromMilliseconds(Option("--turn", 300));
if (args is ["seal", ..])
{
    var seals = Seals.All();
    var sealing = Tournament.Run(seals, rounds, turn);
    sealing.PrintTable("seal and open one ticket of 200 bytes");
    Console.WriteLine($"ratio seal.now/before {sealing.Ratio(seals[0], seals[1]):F2}");
    return;
}

var peers = Path.Combine(RepositoryRoot(), "benchmarks", "peers");

await using var identity = new IdentityPeer();
var authenticator = Assertion.NewAuthenticator();
await identity.RegisterAsync(authenticator);
var options = await identity.StartAsync();
var good = Assertion.Make(authenticator, options.RequestOptionsJson);
var bent = Assertion.Make(authenticator, options.RequestOptionsJson, good: false);

var bare = good.PublicEcdsa;
bool VerifyBare(Assertion assertion) =>
    bare.VerifyData(assertion.SignedData, assertion.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

var core = new InProcess("OpenPassage.WebAuthn", OpenPassageCore.Verifying(good));
var cold = new InProcess(
    "OpenPassage.WebAuthn, key not cached",
    OpenPassageCore.VerifyingCold(good, Assertion.MakeOther(options.RequestOptionsJson)));
var ecdsa = new InProcess("ECDsa.VerifyData alone, key cached", () => VerifyBare(good));
var handler = new InProcess("ASP.NET Core Identity, PerformAssertionAsync", identity.Verifying(good, options.AssertionState));
var fido2 = new InProcess("Fido2, MakeAssertionAsync", Fido2Peer.Verifying(good));
using var node = NodePeer.Start(peers, good, bent, out var absent);

// Each must know good from bent, or its speed means nothing.
Require(core.Name, !OpenPassageCore.Verifying(bent)());
Require(ecdsa.Name, !VerifyBare(bent));
Require(handler.Name, !identity.Verifying(bent, options.AssertionState)());
Require(fido2.Name, !Fido2Peer.Verifying(bent)());
if (node is not null)
    Require(node.Name, node.TellsApart());

Console.WriteLine(
    $"One thread, {rounds} rounds of {turn.TotalMilliseconds:F0} ms each in turns, medians. "
    + "ops/CPU-s counts the processor time of the whole process.");
Contender[] contenders = [core, cold, ecdsa, handler, fido2, .. node is null ? Array.Empty<Contender>() : [node]];
var verification = Tournament.Run(contenders, rounds, turn);
verification.PrintTable("verify one ES256 authentication, from its JSON");
if (node is null)
    Console.WriteLine($"@simplewebauthn/server skipped: {absent}.");

Contender[] registrations = [.. OpenPassageCore.Registrations(), Fido2Peer.Registration()];
Tournament.Run(registrations, Math.Max(3, rounds / 3), turn / 2).PrintTable("verify one registration, from its JSON");

Console.WriteLine();
PrintRatio("core.verify/ecdsa", core, ecdsa);
PrintRatio("core.verify/identity", core, handler);
if (node is not null)
    PrintRatio("core.verify/simplewebauthn", core, node);
PrintRatio("core.verify/fido2", core, fido2);
PrintRatio("core.verify.cold/identity", cold, handler);
PrintRatio("core.verify.cold/fido2", cold, fido2);

void PrintRatio(string name, Contender contender, Contender other) =>
    Console.WriteLine($"ratio {name} {verification.Ratio(contender, other):F2}");

static void Require(string name, bool refused)
{
    if (!refused)
        throw new InvalidOperationException($"{name} accepted a signature over other data.");
}

int Option(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var index ? int.Parse(args[index + 1]) : otherwise;

static string RepositoryRoot()
{
    var folder = AppContext.BaseDirectory;
    while (!File.Exists(Path.Combine(folder, "OpenPassage.slnx")))
        folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run this from within the repository.");
    return folder;
}
