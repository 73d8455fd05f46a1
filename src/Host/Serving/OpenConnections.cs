using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OpenPassage.Host.Serving;

/// <summary>
/// Bounds how many connections are open. Kestrel's own limit turns newcomers away, so that whoever opens many and says nothing keeps
/// everybody out. Here the connection that has been quiet for longest is closed for the newcomer; one whose request is being worked on
/// never is, and those are bounded too (<see cref="Overload"/>).
/// </summary>
internal sealed class OpenConnections(int most, TimeProvider time, ILogger<OpenConnections> log)
{
    private readonly OnceAMinute telling = new(time);
    private readonly Lock gate = new();
    private readonly HashSet<One> all = [];

    /// <summary>Watches every address that Kestrel listens on.</summary>
    public void Watch(KestrelServerOptions kestrel)
    {
        // For when closing falls behind.
        kestrel.Limits.MaxConcurrentConnections = most + Math.Max(16, most / 8);
        kestrel.ConfigureEndpointDefaults(listening => listening.Use(next => connection => HoldAsync(connection, next)));
    }

    private async Task HoldAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var one = new One(connection, time);
        connection.Features.Set(one);
        if (Add(one) is { } quietest)
        {
            if (telling.IsDue())
                log.LogWarning(
                    "More than {Most} connections are open: idle ones are closed to make room for new ones "
                        + "(OpenPassage:Limits:Connections).",
                    most);
            quietest.Close();
        }

        try
        {
            await next(connection);
        }
        finally
        {
            lock (gate)
                all.Remove(one);
        }
    }

    /// <summary>Which one is to be closed for it.</summary>
    private One? Add(One newcomer)
    {
        lock (gate)
        {
            all.Add(newcomer);
            if (all.Count <= most || all.Where(one => one.IsQuiet).MinBy(one => one.QuietSince) is not { } quietest)
                return null;
            quietest.IsClosing = true;
            return quietest;
        }
    }

    /// <summary>A connection, and whether a request of it is being worked on.</summary>
    internal sealed class One(ConnectionContext connection, TimeProvider time)
    {
        private int requests;
        private long quietSince = time.GetTimestamp();

        public bool IsClosing { get; set; }

        public bool IsQuiet => !IsClosing && Volatile.Read(ref requests) == 0;

        public long QuietSince => Volatile.Read(ref quietSince);

        public void Begin() => Interlocked.Increment(ref requests);

        public void End()
        {
            Volatile.Write(ref quietSince, time.GetTimestamp());
            Interlocked.Decrement(ref requests);
        }

        public void Close() => connection.Abort(new ConnectionAbortedException("It was idle, and new connections needed room."));
    }
}
