using System.Text.Json.Serialization;
using OpenPassage.Server.Devices;
using OpenPassage.Server.Http;

namespace OpenPassage.OperatorConsole.Sessions;

/// <summary>A session that was ended, as the audit tells of it. The address is left out: the audit is kept for good.</summary>
internal sealed record EndedSession(string? Browser, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt)
{
    public static EndedSession Of(Session session) => new(UserAgent.Display(session.UserAgent), session.CreatedAt, session.LastSeenAt);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(WireDate)])]
[JsonSerializable(typeof(EndedSession))]
[JsonSerializable(typeof(IReadOnlyList<EndedSession>))]
internal sealed partial class EndedSessionJson : JsonSerializerContext;
