using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OpenPassage.Flex;

namespace OpenPassage.Demo.Pages;

public sealed class AccountModel(IServiceProvider services) : PageModel
{
    public IReadOnlyList<PassageDevice> Passkeys { get; private set; } = [];

    /// <summary>Why the list cannot be shown; null when it can.</summary>
    public string? Refusal { get; private set; }

    public Task OnGetAsync() => LoadAsync();

    /// <summary>The list alone, for the page to put in place after it changed something.</summary>
    public async Task<IActionResult> OnGetPasskeysAsync()
    {
        await LoadAsync();
        return Partial("_Passkeys", this);
    }

    public async Task<IActionResult> OnPostSignOutAsync()
    {
        await HttpContext.SignOutAsync();
        return RedirectToPage("/Index");
    }

    private async Task LoadAsync()
    {
        try
        {
            var server = services.GetRequiredService<PasskeyServer>();
            Passkeys = await server.Flex.User.ListDevicesAsync(Session.AccountId(User), HttpContext.RequestAborted);
        }
        catch (PassageException unknown) when (unknown.Code == PassageErrorCode.UserNotFound)
        {
            // The passkey server meets this account when its first passkey is made.
        }
        catch (Exception exception) when (Refusals.Sentence(exception) is { } sentence)
        {
            Refusal = sentence;
        }
    }
}
