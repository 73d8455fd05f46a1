using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Loops;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Telemetry;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>
/// Sends what is in the outbox: at once what this node has written, within a second what others have left. Of several nodes one has a
/// message, until its lease is over. Messages to one lane wait for each other, so that one receiver who is slow takes a quarter of what
/// a carrier can do at once, and the others go on.
/// </summary>
internal sealed class Sending : Loop
{
    private const int MostInHand = 512;
    private const int MostOfLane = 64;
    private const int Batch = 128;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How much longer than an attempt may take a message is kept from other nodes: its turn must come, and clocks differ.
    /// </summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>How long what is under way may go on when the server stops.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Channel, string Name), Lane> lanes = [];
    private readonly ConcurrentDictionary<string, Task> underWay = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Way> ways;
    private readonly CancellationTokenSource aborting = new();
    private readonly Outbox outbox;
    private readonly OutboxRows rows;
    private readonly Endings endings;
    private readonly TicketKeys keys;
    private readonly AppDirectory apps;
    private readonly Measurements measurements;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly TimeSpan timeout;
    private volatile bool isStopping;
    private int inHand;

    public Sending(
        Outbox outbox,
        OutboxRows rows,
        Endings endings,
        IReadOnlyList<ICarrier> carriers,
        TicketKeys keys,
        AppDirectory apps,
        Measurements measurements,
        IOptions<OpenPassageCompleteOptions> options,
        TimeProvider time,
        ILogger<Sending> logger)
        : base(TimeSpan.FromSeconds(1), time, logger)
    {
        (this.outbox, this.rows, this.endings, this.keys, this.apps) = (outbox, rows, endings, keys, apps);
        (this.measurements, this.time, this.logger) = (measurements, time, logger);
        ways = carriers.ToDictionary(carrier => carrier.Channel, carrier => new Way(carrier), StringComparer.Ordinal);
        timeout = options.Value.Mail.Smtp.Timeout;
    }

    /// <summary>How many messages this node is at.</summary>
    public int InHand => Volatile.Read(ref inHand);

    protected override string Failure => "Messages that wait could not be read; the next try is in a second.";

    protected override ChannelReader<bool> Hurries => outbox.Hurries;

    /// <summary>What is under way is ended first, and what has not begun is left to other nodes.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        isStopping = true;
        await base.StopAsync(cancellationToken);
        // What is cut off in the middle may be sent twice.
        aborting.CancelAfter(Grace);
        await Task.WhenAll(underWay.Values).WaitAsync(cancellationToken);
        await endings.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        aborting.Dispose();
        base.Dispose();
    }

    protected override async ValueTask TurnAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (InHand == 0)
        {
            foreach (var way in ways.Values)
                await way.Carrier.RestAsync(cancellationToken);
        }

        while (Volatile.Read(ref inHand) < MostInHand)
        {
            var claimed = await rows.ClaimAsync(
                Batch,
                timeout + Margin,
                ways.Where(way => way.Value.PausedUntil > now).Select(way => way.Key),
                FullLanes(),
                cancellationToken);
            foreach (var message in claimed)
                Take(message);
            if (claimed.Count == 0)
                return;
        }
    }

    private void Take(Claimed message)
    {
        if (!ways.TryGetValue(message.Channel, out var way))
        {
            // Written before the settings took the way away.
            _ = endings.AddAsync(WithoutWay(message, time.GetUtcNow()));
            return;
        }

        var key = (message.Channel, message.Lane);
        lock (gate)
        {
            if (!lanes.TryGetValue(key, out var lane))
                lanes.Add(key, lane = new(Math.Max(1, way.Carrier.AtOnce / 4)));
            lane.InHand++;
            inHand++;
            underWay[message.Id] = Task.Run(() => CarryAsync(way, lane, message));
        }
    }

    private async Task CarryAsync(Way way, Lane lane, Claimed message)
    {
        try
        {
            await endings.AddAsync(await InTurnAsync(way, lane, message));
        }
        finally
        {
            LetGo(lane, message);
        }
    }

    private async ValueTask<Sql.Statement[]> InTurnAsync(Way way, Lane lane, Claimed message)
    {
        await lane.Turn.WaitAsync();
        await way.Turn.WaitAsync();
        try
        {
            return await TryAsync(way, message);
        }
        finally
        {
            way.Turn.Release();
            lane.Turn.Release();
        }
    }

    private void LetGo(Lane lane, Claimed message)
    {
        bool isRoom;
        lock (gate)
        {
            if (--lane.InHand == 0)
                lanes.Remove((message.Channel, message.Lane));
            // What has waited for room is asked for as soon as there is some.
            isRoom = --inHand == MostInHand / 2 || lane.InHand == MostOfLane / 2;
            underWay.TryRemove(message.Id, out _);
        }

        if (isRoom)
            outbox.Hurry();
    }

    private string[] FullLanes()
    {
        lock (gate)
            return [.. lanes.Where(lane => lane.Value.InHand >= MostOfLane).Select(lane => lane.Key.Name).Distinct(StringComparer.Ordinal)];
    }

    private async ValueTask<Sql.Statement[]> TryAsync(Way way, Claimed message)
    {
        var now = time.GetUtcNow();
        if (now >= message.Until)
            return GiveUp(message, "It could not be sent in time.");
        if (way.PausedUntil > now || isStopping)
            return rows.Released(message, message.CreatedAt);
        // The attempt must be over before another node may begin one.
        if (message.LeasedUntil - now < timeout)
            return [];
        if (apps.Find(message.App.Value) is not { } app || MessageKinds.Parse(message.Kind) is not { } kind)
            return WithoutWay(message, now);
        try
        {
            var opened = await SealedMessage.OpenAsync(keys, message.App, message.Id, kind, message.Sealed, aborting.Token);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(aborting.Token);
            patience.CancelAfter(timeout);
            return Conclude(way, message, await way.Carrier.CarryAsync(app, message.Id, opened, patience.Token));
        }
        catch (OperationCanceledException)
        {
            return Conclude(way, message, HandOver.Postponed("The server took too long."));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            logger.LogError("Message {Message} of app {App} cannot be opened. {Reason}", message.Id, app.Id, e.Message);
            return GiveUp(message, "It cannot be opened with the keys that this server has.");
        }
#pragma warning disable CA1031 // One message that breaks the rest must not end the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogError(e, "Message {Message} of app {App} could not be sent.", message.Id, app.Id);
            return Conclude(way, message, HandOver.Postponed("Something went wrong on this server; its log says what."));
        }
    }

    private Sql.Statement[] Conclude(Way way, Claimed message, HandOver result)
    {
        var now = time.GetUtcNow();
        if (result.Result != HandOverResult.Away)
            way.IsThere();
        switch (result.Result)
        {
            case HandOverResult.Sent:
                measurements.Message(message.Channel, "sent");
                measurements.MessageWaited(message.Channel, now - message.CreatedAt);
                return rows.Sent(message);
            case HandOverResult.Refused:
                measurements.Message(message.Channel, "refused");
                logger.LogWarning("Message {Message} of app {App} was refused. {Reason}", message.Id, message.App, result.Error);
                return rows.Ended(message, MessageStates.Refused, result.Error);
            case HandOverResult.Away:
                if (way.IsAway(now, FirstWait, LongestPause))
                {
                    logger.LogWarning(
                        "No message goes out by {Channel} now; it is tried again and again. {Reason}", message.Channel, result.Error);
                }

                return rows.Postponed(message, Earlier(way.PausedUntil, message.Until), result.Error, tried: false);
            default:
                measurements.Message(message.Channel, "postponed");
                return rows.Postponed(message, Earlier(now + Wait(message.Attempts), message.Until), result.Error);
        }
    }

    private Sql.Statement[] WithoutWay(Claimed message, DateTimeOffset now) => now >= message.Until
        ? GiveUp(message, "Nothing is left that could send it.")
        : rows.Released(message, Earlier(now + LongestWait, message.Until));

    private Sql.Statement[] GiveUp(Claimed message, string error)
    {
        measurements.Message(message.Channel, "given_up");
        logger.LogWarning("Message {Message} of app {App} was given up. {Reason}", message.Id, message.App, error);
        return rows.Ended(message, MessageStates.GivenUp, error);
    }

    /// <summary>10 seconds, and twice as long each time, up to an hour.</summary>
    private static TimeSpan Wait(long attempts) => attempts < 9 ? FirstWait * (1 << (int)attempts) : LongestWait;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>A carrier, how much it may do at once, and whether it can do anything now.</summary>
    private sealed class Way(ICarrier carrier)
    {
        private readonly Lock gate = new();
        private int failures;
        private DateTimeOffset pausedUntil;

        public ICarrier Carrier { get; } = carrier;

        public SemaphoreSlim Turn { get; } = new(carrier.AtOnce);

        public DateTimeOffset PausedUntil
        {
            get
            {
                lock (gate)
                    return pausedUntil;
            }
        }

        /// <summary>Whether this is the first time that nothing goes this way.</summary>
        public bool IsAway(DateTimeOffset now, TimeSpan first, TimeSpan longest)
        {
            lock (gate)
            {
                // Those that were under way together fail together, and count once.
                if (pausedUntil > now)
                    return false;
                var pause = first * (1 << Math.Min(failures, 8));
                pausedUntil = now + (pause < longest ? pause : longest);
                return failures++ == 0;
            }
        }

        public void IsThere()
        {
            lock (gate)
                (failures, pausedUntil) = (0, default);
        }
    }

    /// <summary>Messages to one receiving server, a few at once. It is there while there are any.</summary>
    private sealed class Lane(int atOnce)
    {
        public SemaphoreSlim Turn { get; } = new(atOnce);

        /// <summary>How many are under way or wait; behind the gate of all lanes.</summary>
        public int InHand { get; set; }
    }
}
