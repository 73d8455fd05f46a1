using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenPassage.Server.Http;
using OpenPassage.Server.Passkeys;

namespace OpenPassage.OperatorConsole.Pages;

/// <summary>A page: a Razor component and what it shows, rendered here and sent whole.</summary>
internal sealed class Page<TPage>(object model, int status = StatusCodes.Status200OK) : IResult
    where TPage : IComponent
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var frame = new Frame(httpContext);
        await using var renderer = new HtmlRenderer(
            new PageServices(model, frame), httpContext.RequestServices.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>()).ToHtmlString());
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        await httpContext.Response.WriteAsync("<!DOCTYPE html>\n" + html, httpContext.RequestAborted);
    }

    /// <summary>All that a page can ask for: what it shows, and the frame around it.</summary>
    private sealed class PageServices(object model, Frame frame) : IServiceProvider
    {
        public object? GetService(Type serviceType)
            => serviceType.IsInstanceOfType(model) ? model : serviceType == typeof(Frame) ? frame : null;
    }
}

/// <summary>After a step, another page: loading that one again repeats nothing.</summary>
internal sealed class SeeOther(string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = httpContext.Request.PathBase + path;
        return Task.CompletedTask;
    }

    /// <summary>With one of <see cref="Notices"/> on it.</summary>
    public static SeeOther With(string path, string notice)
        => new($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}done={notice}");
}

/// <summary>What went wrong: a page, or for the console's script the same sentence as JSON.</summary>
internal static class Problem
{
    public static IResult Because(int status, string title, string sentence) => new Answer(status, title, sentence);

    public static IResult NotFound(string sentence) => Because(StatusCodes.Status404NotFound, "Not found", sentence);

    /// <summary>What the script shows where it is.</summary>
    public static IResult Sentence(string sentence) => Because(StatusCodes.Status400BadRequest, "That did not work", sentence);

    /// <summary>The same for what the server's own rules refuse.</summary>
    public static IResult Of(Refusal refusal)
        => new Answer(StatusCodes.Status400BadRequest, "That did not work", refusal.Sentence, refusal);

    /// <summary>Whether it is the console's script that asks.</summary>
    public static bool TakesJson(HttpRequest request)
        => request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal);

    private sealed class Answer(int status, string title, string sentence, Refusal? refusal = null) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            // What it is counted as.
            if (refusal is not null)
                httpContext.Features.Set(refusal);
            return TakesJson(httpContext.Request)
                ? new Said<ProblemSentence>(new(sentence), ConsoleJson.Default.ProblemSentence, status).ExecuteAsync(httpContext)
                : new Page<ProblemPage>(new ProblemModel(title, sentence), status).ExecuteAsync(httpContext);
        }
    }
}

/// <summary>A caller who asked too often costs no page: these are the same bytes for everybody.</summary>
internal sealed class TooMany(TimeSpan? wait) : IResult
{
    private const string Sentence = "There were too many requests from this address. Wait a minute and try again.";

    private static readonly byte[] Page = Encoding.UTF8.GetBytes(
        "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Too many calls</title>"
        + $"<h1>Too many calls</h1><p>{Sentence}</p></html>\n");

    private static readonly byte[] Json
        = JsonSerializer.SerializeToUtf8Bytes(new ProblemSentence(Sentence), ConsoleJson.Default.ProblemSentence);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Features.Set(Refusal.TooManyRequests);
        var response = httpContext.Response;
        var content = Problem.TakesJson(httpContext.Request) ? Json : Page;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = ((long)Math.Max(1, Math.Ceiling((wait ?? TimeSpan.FromMinutes(1)).TotalSeconds))).ToString();
        response.ContentType = content == Json ? "application/json" : "text/html; charset=utf-8";
        response.ContentLength = content.Length;
        return response.Body.WriteAsync(content, httpContext.RequestAborted).AsTask();
    }
}

/// <summary>An answer to the console's script.</summary>
internal sealed class Said<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(httpContext.Response.Body, value, type, httpContext.RequestAborted);
    }
}

internal sealed record ProblemSentence(string Error);

/// <summary>Where the script goes next.</summary>
internal sealed record NextPage(string Location);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProblemSentence))]
[JsonSerializable(typeof(NextPage))]
[JsonSerializable(typeof(StartedCeremony))]
internal sealed partial class ConsoleJson : JsonSerializerContext;
