namespace OpenPassage.Server.Sealing;

/// <summary>A kind of ticket: what it is for, and how it is written and read.</summary>
/// <typeparam name="TSelf">The kind itself.</typeparam>
internal interface ITicket<TSelf>
    where TSelf : class, ITicket<TSelf>
{
    /// <summary>
    /// Sealed with, so that no ticket opens as one of another kind. Each kind has its own, and it stays: nodes of the version before
    /// seal with it, too.
    /// </summary>
    static abstract byte Purpose { get; }

    /// <summary>What it is known by once it is spent.</summary>
    TicketId Id { get; }

    /// <summary>It opens until then.</summary>
    DateTimeOffset ExpiresAt { get; }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    static abstract TSelf Read(ref TicketReader ticket, TicketId id, DateTimeOffset expiresAt);

    /// <summary>Writes all but <see cref="Id"/> and <see cref="ExpiresAt"/>, which every ticket begins with.</summary>
    void Write(TicketWriter ticket);
}
