// A site without passwords: the passkey server has its accounts, and this backend trusts the tokens that the browser SDK brings.
// The page is in wwwroot; all that the backend does is let in who is signed in.
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Mvc;

var builder = WebApplication.CreateBuilder(args);
var server = builder.Configuration["Passage:Server"]!.TrimEnd('/');
var appId = builder.Configuration["Passage:AppId"]!;

builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(jwt =>
{
    jwt.MetadataAddress = $"{server}/v1/apps/{appId}/.well-known/openid-configuration";
    jwt.RequireHttpsMetadata = server.StartsWith("https:", StringComparison.Ordinal);
    jwt.MapInboundClaims = false;
    jwt.TokenValidationParameters.ValidAudience = appId;
    jwt.TokenValidationParameters.ValidTypes = ["JWT"];
    jwt.TokenValidationParameters.NameClaimType = "sub"; // the user's id
});
builder.Services.AddAuthorization();

var app = builder.Build();

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

// The browser SDK, from the passkey server itself, and which of its apps this site is.
app.MapGet("/passage.js", () => Results.Text(
    $$"""
    import { Passage } from '{{server}}/openpassage-complete.js';
    export const passage = new Passage('{{appId}}');
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
