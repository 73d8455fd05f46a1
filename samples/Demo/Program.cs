// A site that already has accounts with passwords, and what it takes to add passkeys to it.
// The site itself: Accounts.cs, Session.cs and Pages/. The passkeys: Passkeys.cs here, the browser SDK in the page.
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using OpenPassage.Demo;

var builder = WebApplication.CreateBuilder(args);
var data = Directory.CreateDirectory(Path.Combine(builder.Configuration["Data"] ?? "data", "demo-site"));

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(new Accounts(Path.Combine(data.FullName, "accounts.db")));
builder.Services.AddSingleton<PasskeyServer>();

builder.Services.AddRazorPages(pages => pages.Conventions.AuthorizePage("/Account"))
    .AddViewOptions(views => views.HtmlHelperOptions.ClientValidationEnabled = false);
builder.Services.AddRouting(routes => routes.LowercaseUrls = true);
builder.Services.AddAntiforgery(antiforgery => antiforgery.HeaderName = Passkeys.AntiforgeryHeader);
builder.Services.AddAuthorization();
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
{
    cookie.LoginPath = "/";
    cookie.Cookie.Name = "demo-session";
    cookie.Cookie.SameSite = SameSiteMode.Lax;
});
builder.Services.AddDataProtection().SetApplicationName("OpenPassage.Demo").PersistKeysToFileSystem(data.CreateSubdirectory("keys"));

var app = builder.Build();
app.UseSecurityHeaders();
app.UseStaticFiles();
app.UseAuthentication();
app.UseAuthorization();
app.MapRazorPages();
app.MapPasskeys();
app.Run();
