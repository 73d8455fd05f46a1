using System.Text.Json.Serialization;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.Server.Http;

namespace OpenPassage.OperatorConsole.Operators;

/// <summary>
/// The JSON of management's operations about operators, and of their lines in the audit; the rules are <see cref="Wire"/>'s.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = Wire.MaxDepth,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(OperatorsListed))]
[JsonSerializable(typeof(InvitationsListed))]
[JsonSerializable(typeof(InviteOperatorRequest))]
[JsonSerializable(typeof(OperatorInvited))]
[JsonSerializable(typeof(OwnPasskey))]
internal sealed partial class OperatorWire : JsonSerializerContext;

/// <summary>An operator as management shows one.</summary>
/// <param name="Name">What the others call the operator, and operations name.</param>
/// <param name="Role"><c>admin</c>, or <c>viewer</c>, who changes nothing.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="Passkeys">How many there are.</param>
/// <param name="LastSignInAt">Null: never since the passkey was made.</param>
internal sealed record ManagedOperator(string Name, string Role, DateTimeOffset CreatedAt, long Passkeys, DateTimeOffset? LastSignInAt)
{
    public static ManagedOperator Of(Operator one) => new(one.Name, one.Role.Word(), one.CreatedAt, one.Passkeys, one.LastSignIn);
}

/// <summary>An invitation as management shows one, without its link.</summary>
/// <param name="Id">16 letters and digits.</param>
/// <param name="Name">Whom it is for; null: the first operator of all, who chooses a name.</param>
/// <param name="Role">What the operator will be.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">Until when it is good.</param>
internal sealed record ManagedInvitation(string Id, string? Name, string Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    public static ManagedInvitation Of(OpenInvitation open) => new(open.Id, open.Name, open.Role.Word(), open.CreatedAt, open.ExpiresAt);
}

/// <summary>An operator's own passkey, as the audit tells of it.</summary>
internal sealed record OwnPasskey(string Id, string Name, string Aaguid);
