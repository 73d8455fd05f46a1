using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace OpenPassage.Demo.Pages;

public sealed class IndexModel(Accounts accounts) : PageModel
{
    [BindProperty, Required(ErrorMessage = "Type your name.")]
    public string Name { get; set; } = "";

    [BindProperty, DataType(DataType.Password), Required(ErrorMessage = "Type your password.")]
    public string Password { get; set; } = "";

    public IActionResult OnGet() => User.Identity!.IsAuthenticated ? RedirectToPage("/Account") : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
            return Page();
        if (accounts.Find(Name.Trim(), Password) is not { } account)
        {
            ModelState.AddModelError("", "Name and password do not belong together.");
            return Page();
        }
        await Session.SignInAsync(HttpContext, account);
        return RedirectToPage("/Account");
    }
}
