using Microsoft.AspNetCore.Routing;

namespace OpenPassage.Server.Manage;

/// <summary>Operations for a key of the whole server that another room has: the console's are about its operators.</summary>
/// <param name="Map">Maps them, behind the same gate as the server's own.</param>
internal sealed record MoreOperations(Action<IEndpointRouteBuilder> Map);
