using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using OpenPassage.Fuzz.Tests.Mutation;
using OpenPassage.Fuzz.Tests.Seeds;

namespace OpenPassage.Fuzz.Tests.Targets;

/// <summary>One bent input, and how it is judged.</summary>
/// <param name="Input">What a failure shows: the input as it reaches the core.</param>
/// <param name="Judge">The code of the rejection, or "accepted". Judging again gives the same answer and takes as long.</param>
internal sealed record Case(byte[] Input, Func<string> Judge);

/// <summary>One way in.</summary>
internal abstract class Target(string name, int codes)
{
    public const string Accepted = "accepted";

    /// <summary>Every way into the core that takes what a stranger sent, and what the server itself reads of it by hand.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        new RegistrationJson(), new RegistrationClientData(), new AttestationObjectCbor(), new RegistrationAuthenticatorData(),
        new Statements(), new Certificates(), new TpmCertify(), new SafetyNetPayload(), new SignedSelfAttestation(),
        new AuthenticationJson(), new SignedAuthentication(), new Signatures(),
        new CoseKeys(), new Chains(), new MetadataBlobs(), new SignedMetadata(), new RecordsInBytes(), new RecordsInJson(),
        new UserAgents(),
    ];

    public string Name => name;

    /// <summary>The least number of different outcomes that show that bent input got past the parser, and how far.</summary>
    public int LeastOutcomes => codes;

    protected static SeedFile Seeds => SeedFile.Shared;

    /// <summary>The seeds as they are, each of which must be accepted.</summary>
    public abstract IEnumerable<Case> Good();

    /// <summary>A bent one. The random numbers decide everything.</summary>
    public abstract Case Make(Random random);

    /// <summary>A response as a browser sends it.</summary>
    protected static byte[] Response(string id, params (string Name, byte[] Bytes)[] parts)
    {
        var response = new JsonObject();
        foreach (var (name, bytes) in parts)
            response[name] = Base64Url.EncodeToString(bytes);
        var json = new JsonObject { ["id"] = id, ["rawId"] = id, ["type"] = "public-key", ["response"] = response };
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    protected static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    /// <summary>How long an input may get. What does not come from strangers has no bound of its own.</summary>
    protected virtual int MaxLength => Mutator.MaxLength;

    /// <summary>Bends an input; one in 32 is noise instead.</summary>
    protected byte[] Bend(Random random, byte[] good, byte[] other)
    {
        var bent = random.Next(32) == 0
            ? ByteEdits.Noise(random, random.Next(random.Next(4) == 0 ? 4096 : 64))
            : Mutator.Bend(random, good, other);
        return bent.Length <= MaxLength ? bent : bent[..MaxLength];
    }
}
