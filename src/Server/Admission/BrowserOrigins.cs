using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Apps;

namespace OpenPassage.Server.Admission;

/// <summary>
/// Cross-origin calls (Fetch standard, CORS): an app's own origins may call it, with any header, without credentials. The
/// framework's own evaluation with a policy for each app.
/// </summary>
internal sealed class BrowserOrigins(ICorsService cors)
{
    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromMinutes(10);

    private readonly ConditionalWeakTable<App, CorsPolicy> policies = [];

    /// <summary>Sets the headers of a preflight's or of a call's answer; none for a foreign origin.</summary>
    public void Apply(HttpContext context, App app)
    {
        if (context.Request.Headers.Origin.Count == 0)
            return;
        var policy = policies.GetValue(app, PolicyOf);
        cors.ApplyResult(cors.EvaluatePolicy(context, policy), context.Response);
    }

    private static CorsPolicy PolicyOf(App app)
    {
        var policy = new CorsPolicy { PreflightMaxAge = PreflightMaxAge };
        foreach (var origin in app.CallOrigins)
            policy.Origins.Add(origin);
        foreach (var method in (string[])["GET", "POST", "PATCH", "DELETE"])
            policy.Methods.Add(method);
        policy.Headers.Add(CorsConstants.AnyHeader);
        policy.ExposedHeaders.Add("Retry-After");
        return policy;
    }
}
