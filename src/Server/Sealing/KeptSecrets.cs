using System.Collections.Concurrent;
using System.Security.Cryptography;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Sealing;

/// <summary>Secrets that every node shares: made when one is first needed, kept wrapped, and in memory from then on.</summary>
/// <typeparam name="TName">What one is asked for by.</typeparam>
/// <param name="database">Where they are kept.</param>
/// <param name="keys">What they are wrapped by.</param>
/// <param name="wrapping">What they are wrapped for. It is part of what is kept: it stays.</param>
internal abstract class KeptSecrets<TName>(Database database, TicketKeys keys, string wrapping)
    where TName : notnull
{
    private const int Length = 32;

    private readonly ConcurrentDictionary<TName, byte[]> known = new();

    /// <summary>32 bytes.</summary>
    public async ValueTask<byte[]> GetAsync(TName name, CancellationToken cancellationToken)
        => known.TryGetValue(name, out var secret)
            ? secret
            : known.GetOrAdd(name, await ReadOrMakeAsync(name, cancellationToken));

    /// <summary>Reads the one column that it is kept in.</summary>
    protected abstract Statement Find(TName name);

    /// <summary>Keeps it, unless there is one.</summary>
    protected abstract Statement Keep(TName name, byte[] wrapped);

    /// <summary>Reads these again when they are asked for.</summary>
    protected void Forget(Func<TName, bool> which)
    {
        foreach (var name in known.Keys.Where(which))
            known.TryRemove(name, out _);
    }

    private async ValueTask<byte[]> ReadOrMakeAsync(TName name, CancellationToken cancellationToken)
    {
        if (await ReadAsync(name, cancellationToken) is { } kept)
            return kept;
        await database.WriteAsync([Keep(name, keys.Wrap(RandomNumberGenerator.GetBytes(Length), wrapping))], cancellationToken);
        return await ReadAsync(name, cancellationToken) ?? throw new InvalidOperationException("The secret that was just made is gone.");
    }

    private async ValueTask<byte[]?> ReadAsync(TName name, CancellationToken cancellationToken)
        => await database.FindAsync(Find(name), row => row.GetBytes(0), cancellationToken) is { } wrapped
            ? await keys.UnwrapAsync(wrapped, wrapping, cancellationToken)
            : null;
}
