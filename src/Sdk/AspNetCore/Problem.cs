using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace OpenPassage.Sdk;

/// <summary>RFC 9457 problem details, with a code.</summary>
internal sealed record Problem(string Type, string Detail, int Status, string Code)
{
    /// <summary>Answers with them, whatever JSON options the application has set for itself.</summary>
    /// <param name="http">The call.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">What never changes its meaning.</param>
    /// <param name="sentence">What a person is told.</param>
    public static Task WriteAsync(HttpContext http, int status, string code, string sentence)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(
            new Problem("about:blank", sentence, status, code),
            ProblemJson.Default.Problem,
            "application/problem+json",
            http.RequestAborted);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext;
