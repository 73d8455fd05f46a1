namespace OpenPassage.Server.Complete.Links;

/// <summary>Whether an opening of a link, or a question whether it was opened, is answered with a session.</summary>
internal enum LinkVerdict
{
    /// <summary>A session begins.</summary>
    Begins,

    /// <summary>The same as a moment ago: the answer got lost, or two tabs ask.</summary>
    Again,

    Refused,
}

/// <summary>
/// The rule by which links can neither be used up by mail scanners nor sign in a stranger who has asked for one; no clock, no database.
/// <list type="bullet">
/// <item>Each network may open a link once, until the one where it was asked for has done it. What an opening began ends with the next
/// one. So a scanner that opens the link first takes nothing from its owner.</item>
/// <item>A link that a backend made was asked for nowhere: two networks may open it, a scanner's and its owner's.</item>
/// <item>The page that asked is signed in when the link was opened on its own network; whoever opens it elsewhere is signed in
/// there.</item>
/// </list>
/// </summary>
internal static class LinkDecision
{
    /// <summary>The same network gets the same answer for so long.</summary>
    public static readonly TimeSpan Repeats = TimeSpan.FromSeconds(60);

    /// <summary>Whoever asked for it learns for so long that it was opened: pages in the background ask once a minute only.</summary>
    public static readonly TimeSpan Waits = TimeSpan.FromMinutes(10);

    /// <summary>How many foreign networks may open one.</summary>
    public const int MostForeign = 16;

    /// <summary>How many may where no network is its own: a scanner's and a person's.</summary>
    public const int MostWithoutOwn = 2;

    /// <summary>Somebody opens it.</summary>
    /// <param name="link">As it is.</param>
    /// <param name="network">Where.</param>
    /// <param name="now">When.</param>
    public static LinkVerdict Open(Link link, string network, DateTimeOffset now) => Open(link, network, link.IsOwn(network), now);

    /// <summary>Somebody opens it.</summary>
    /// <param name="link">As it is.</param>
    /// <param name="network">Where.</param>
    /// <param name="isOwn">Whether that is its own one.</param>
    /// <param name="now">When.</param>
    public static LinkVerdict Open(Link link, string network, bool isOwn, DateTimeOffset now)
    {
        if (IsRepeated(link, network, now))
            return LinkVerdict.Again;
        if (link.ExpiresAt <= now || network.Length == 0 || link.OwnOpenedAt is not null || link.OpenedBy.Contains(network))
            return LinkVerdict.Refused;
        return isOwn || link.Openings < MostOf(link) ? LinkVerdict.Begins : LinkVerdict.Refused;
    }

    /// <summary>
    /// Somebody opens one that takes a change back. Anywhere: whoever has lost an account may be on any network, and it signs nobody in.
    /// </summary>
    /// <inheritdoc cref="Open(Link, string, DateTimeOffset)"/>
    public static LinkVerdict TakeBack(Link link, string network, DateTimeOffset now)
    {
        if (IsRepeated(link, network, now))
            return LinkVerdict.Again;
        return link.ExpiresAt <= now || link.Openings > 0 ? LinkVerdict.Refused : LinkVerdict.Begins;
    }

    /// <summary>Whoever has asked for it asks whether it was opened.</summary>
    /// <param name="link">As it is.</param>
    /// <param name="network">Where the question comes from.</param>
    /// <param name="delivery">The app's rule.</param>
    /// <param name="now">When.</param>
    public static LinkVerdict Deliver(Link link, string network, LinkDelivery delivery, DateTimeOffset now)
    {
        var opened = delivery switch
        {
            LinkDelivery.SameNetwork => link.IsOwn(network) ? link.OwnOpenedAt : null,
            LinkDelivery.Always => link.Network.Length > 0 ? link.OpenedAt : null,
            _ => null,
        };
        if (opened is not { } since)
            return LinkVerdict.Refused;
        if (link.DeliveredAt is { } delivered)
            return now - delivered <= Repeats && link.DeliveredTo == network ? LinkVerdict.Again : LinkVerdict.Refused;
        return now - since <= Waits ? LinkVerdict.Begins : LinkVerdict.Refused;
    }

    /// <summary>How often it may be opened where it was not asked for.</summary>
    public static int MostOf(Link link) => link.Network.Length > 0 ? MostForeign : MostWithoutOwn;

    private static bool IsRepeated(Link link, string network, DateTimeOffset now)
        => link.OpenedAt is { } opened && link.Opener == network && now - opened <= Repeats;
}
