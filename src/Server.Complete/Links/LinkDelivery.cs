namespace OpenPassage.Server.Complete.Links;

/// <summary>An app's rule for the page that asked for a link which somebody has opened.</summary>
internal enum LinkDelivery
{
    /// <summary>It is signed in if the link was opened on its own network.</summary>
    SameNetwork,

    /// <summary>It is signed in wherever the link was opened, as Passage did it: a mail scanner's click is enough then.</summary>
    Always,

    /// <summary>It is never signed in: whoever opens the link is, where it is opened.</summary>
    Never,
}

internal static class LinkDeliveries
{
    public static LinkDelivery Of(MethodsOptions methods) => methods.MagicLinkDelivery switch
    {
        MethodsOptions.DeliverAlways => LinkDelivery.Always,
        MethodsOptions.DeliverNever => LinkDelivery.Never,
        _ => LinkDelivery.SameNetwork,
    };
}
