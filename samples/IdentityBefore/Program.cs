using Bookshop;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddDbContext<BookshopDb>(db => db.UseSqlite(builder.Configuration.GetConnectionString("Bookshop")));
builder.Services.AddIdentity<IdentityUser, IdentityRole>(identity =>
    {
        identity.User.RequireUniqueEmail = true;
        identity.Password.RequiredLength = 12;
        identity.Password.RequireNonAlphanumeric = identity.Password.RequireDigit = identity.Password.RequireUppercase = false;
    })
    .AddEntityFrameworkStores<BookshopDb>();
builder.Services.ConfigureApplicationCookie(cookie => cookie.LoginPath = "/SignIn");
builder.Services.AddRazorPages(pages => pages.Conventions.AuthorizePage("/Account"));

var app = builder.Build();

using (var scope = app.Services.CreateScope())
    await scope.ServiceProvider.GetRequiredService<BookshopDb>().Database.EnsureCreatedAsync();

app.UseStaticFiles();
app.UseAuthentication();
app.UseAuthorization();
app.MapRazorPages();
app.Run();
