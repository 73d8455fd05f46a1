using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace OpenPassage.Demo.Pages;

public sealed class SignUpModel(Accounts accounts) : PageModel
{
    [BindProperty, Required(ErrorMessage = "Choose a name."), StringLength(64, ErrorMessage = "A name has at most 64 characters.")]
    public string Name { get; set; } = "";

    [BindProperty, DataType(DataType.Password), Required(ErrorMessage = "Choose a password.")]
    [StringLength(256, MinimumLength = 8, ErrorMessage = "A password has at least 8 characters.")]
    public string Password { get; set; } = "";

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
            return Page();
        if (accounts.Create(Name.Trim(), Password) is not { } account)
        {
            ModelState.AddModelError("", "This name is taken. Choose another.");
            return Page();
        }
        await Session.SignInAsync(HttpContext, account);
        return RedirectToPage("/Account");
    }
}
