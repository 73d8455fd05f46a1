using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Bookshop;

public sealed class BookshopDb(DbContextOptions<BookshopDb> options) : IdentityDbContext<IdentityUser>(options);
