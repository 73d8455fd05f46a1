using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using OpenPassage.Server;

var builder = WebApplication.CreateBuilder(args);
var site = builder.Configuration["urls"] ?? "http://localhost:5000";
builder.WebHost.UseUrls(site);

// The login that was there before. A real site has a table with hashed passwords.
var passwords = new Dictionary<string, string> { ["ada"] = "notes on the engine", ["grace"] = "nanoseconds in hand" };
builder.Services.AddAuthentication("cookies").AddCookie("cookies", cookie => cookie.LoginPath = "/");

// The passkey server, in this process: no second service to run. It keeps its database in ./data.
var apiKey = RandomNumberGenerator.GetHexString(40);
builder.Services.AddOpenPassage(server =>
{
    server.DataDirectory = builder.Configuration["DataDirectory"] ?? "./data";
    server.Apps.Add(new AppOptions { Id = "minimal", Name = "Minimal", RpId = "localhost", Origins = { site }, ApiKeys = { apiKey } });
});
builder.Services.AddPassageFlex(passage => (passage.AppId, passage.ApiKey) = ("minimal", apiKey));

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();

app.MapOpenPassage();
app.MapPasskeys(passkeys => passkeys.SignIn = signIn => SignInAsync(signIn.HttpContext, signIn.UserId, signIn.Claim));

app.MapGet("/", (HttpContext http, IAntiforgery antiforgery) => Page(http.User.Identity!.Name is { } name
    ? $"""
      <h1>Hello, {name}</h1>
      <form method="post" action="/sign-out">{Token(http, antiforgery)}<button>Sign out</button></form>
      <h2>Passkeys</h2>
      <script type="module" src="/passkeys/manage.js"></script>
      """
    : $"""
      <h1>Sign in</h1>
      <form method="post" action="/sign-in">{Token(http, antiforgery)}
        <label>Name <input name="name" autocomplete="username" required></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
        <button>Sign in</button>
      </form>
      <script type="module" src="/passkeys/sign-in.js"></script>
      """));

app.MapPost("/sign-in", async (HttpContext http, [FromForm] string name, [FromForm] string password) =>
{
    if (passwords.GetValueOrDefault(name) == password)
        await SignInAsync(http, name);
    return Results.LocalRedirect("/");
});

app.MapPost("/sign-out", async (HttpContext http, [FromForm] IFormCollection _) =>
{
    await http.SignOutAsync();
    return Results.LocalRedirect("/");
});

app.Run();

static Task SignInAsync(HttpContext http, string name, params Claim[] claims)
{
    Claim[] all = [new(ClaimTypes.NameIdentifier, name), new(ClaimTypes.Name, name), .. claims];
    return http.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity(all, "cookies")));
}

static string Token(HttpContext http, IAntiforgery antiforgery)
{
    var tokens = antiforgery.GetAndStoreTokens(http);
    return $"""<input type="hidden" name="{tokens.FormFieldName}" value="{tokens.RequestToken}">""";
}

static IResult Page(string content) => Results.Content(
    $$"""
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Minimal</title>
    <style>
      :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#f4f4f6, #141417); color: light-dark(#1c1c22, #ececf1); }
      main { max-width: 28rem; margin: 10vh auto; padding: 2rem; background: light-dark(#fff, #1e1e23); border: 1px solid light-dark(#e0e0e6, #36363e); border-radius: 1rem; }
      h1 { margin: 0 0 1rem; } label { display: block; margin-bottom: 1rem; font-weight: 550; }
      input { display: block; width: 100%; box-sizing: border-box; min-height: 2.75rem; padding: 0 .75rem; font: inherit; font-weight: 400; border: 1px solid #85858f; border-radius: .75rem; background: none; color: inherit; }
      button { min-height: 2.75rem; padding: 0 1.125rem; font: inherit; font-weight: 600; border: 0; border-radius: .75rem; background: light-dark(#1c1c22, #ececf1); color: light-dark(#fff, #141417); cursor: pointer; }
      form > button { width: 100%; } [action="/sign-out"] > button { background: none; color: inherit; border: 1px solid #85858f; }
      body { margin: 0 1rem; }
    </style>
    <main>{{content}}</main>
    </html>
    """,
    "text/html");
