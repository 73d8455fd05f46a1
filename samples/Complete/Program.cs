// A site without passwords: the passkey server has its accounts, and this backend trusts the tokens that the browser SDK brings.
// The page is in wwwroot; all that the backend does is let in who is signed in.
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Mvc;

var builder = WebApplication.CreateBuilder(args);
var passage = builder.Configuration.GetSection("Passage");
builder.Services.AddAuthentication().AddPassage(passage);

var app = builder.Build();
var server = passage["BaseAddress"]!.TrimEnd('/');

// Script on the page of a signed-in user could take the user's token, so the page runs none but this site's and the SDK.
app.Use((http, next) =>
{
    http.Response.Headers.ContentSecurityPolicy =
        $"default-src 'none'; script-src 'self' {server}; style-src 'self'; img-src 'self' data:; connect-src 'self' {server}; " +
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
    http.Response.Headers.XContentTypeOptions = "nosniff";
    return next(http);
});
app.UseDefaultFiles();
app.UseStaticFiles();
app.UseAuthentication();
app.UseAuthorization();

// The browser SDK, from the passkey server itself, and which of its apps this site is; while there is no mail server, also where
// messages are kept.
app.MapGet("/passage.js", () => Results.Text(
    $$"""
    import { Passage } from '{{server}}/openpassage-complete.js';
    export { signIn } from '{{server}}/openpassage-signin.js';
    export const passage = new Passage('{{passage["AppId"]}}');
    export const keptMessages = '{{builder.Configuration["KeptMessages"]}}';
    """,
    "text/javascript"));

// ---- The API ----

var notes = new ConcurrentDictionary<string, ConcurrentQueue<string>>(StringComparer.Ordinal);
var own = app.MapGroup("/api").RequireAuthorization();

own.MapGet("/notes", (HttpContext http) => Own(http));

own.MapPost("/notes", (HttpContext http, [FromBody] string note) =>
{
    if (note.Trim() is not { Length: > 0 and <= 200 } text)
        return Results.Problem("Write a note of at most 200 characters.", statusCode: StatusCodes.Status400BadRequest);
    Own(http).Enqueue(text);
    return Results.Ok(Own(http));
});

app.Run();

ConcurrentQueue<string> Own(HttpContext http) => notes.GetOrAdd(http.User.Identity!.Name!, _ => new());
