using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenPassage.Benchmarks.SignIn;

/// <summary>Kestrel that reads every request and answers an empty object: what HTTP itself costs.</summary>
internal sealed class EmptyServer : Contender
{
    private EmptyServer()
        : base("empty Kestrel requests")
    {
    }

    /// <summary>In a process of its own, as the others are.</summary>
    public static async Task<EmptyServer> StartAsync()
    {
        var server = new EmptyServer();
        string[] arguments = [typeof(EmptyServer).Assembly.Location, "empty", server.Address.ToString()];
        await server.StartAsync(new ProcessStartInfo("dotnet", arguments));
        return server;
    }

    /// <summary>That process.</summary>
    public static async Task ServeAsync(string address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 2;
            await context.Response.Body.WriteAsync("{}"u8.ToArray(), context.RequestAborted);
        });
        await app.RunAsync();
    }
}
