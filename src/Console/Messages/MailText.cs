using System.ComponentModel;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace OpenPassage.OperatorConsole.Messages;

/// <summary>What a mail says, as it is, with its addresses as links. Written by hand: every blank of it counts.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial class MailText : ComponentBase
{
    /// <summary>Of the mail.</summary>
    [Parameter]
    public string Text { get; set; } = "";

    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.OpenElement(0, "pre");
        builder.AddAttribute(1, "class", "mail");
        foreach (var part in Address().Split(Text.ReplaceLineEndings("\n").Trim()))
        {
            if (Address().IsMatch(part))
            {
                builder.OpenElement(2, "a");
                builder.AddAttribute(3, "href", part);
                builder.AddAttribute(4, "target", "_blank");
                builder.AddAttribute(5, "rel", "noopener noreferrer");
                builder.AddContent(6, part);
                builder.CloseElement();
            }
            else
            {
                builder.AddContent(7, part);
            }
        }

        builder.CloseElement();
    }

    // Split keeps what a group holds.
    [GeneratedRegex("""(?<address>https?://[^\s<>"]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();
}
