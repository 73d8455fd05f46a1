using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sql;
using Polly;
using Polly.Retry;

namespace OpenPassage.Server.Complete.Messages;

/// <summary>Mail and text messages: written with what they tell of, and sent a moment later. It knows neither codes nor links.</summary>
internal static class MessagesRoom
{
    private static readonly TimeSpan OneRequest = TimeSpan.FromSeconds(10);

    public static Room Room { get; } = new("messages")
    {
        Services = static services =>
        {
            services
                .AddSingleton<Outbox>()
                .AddSingleton<OutboxRows>()
                .AddSingleton<Sends>()
                .AddSingleton<MessageBudgets>()
                .AddSingleton<SendTurns>()
                .AddSingleton<ReachableNumbers>()
                .AddSingleton<Templates>()
                .AddSingleton<Letters>()
                .AddSingleton<MailBySmtp>()
                .AddSingleton<MailFiles>()
                .AddSingleton<SmsByHttp>()
                .AddSingleton(Carriers)
                .AddSingleton<Endings>()
                .AddSingleton(OutboxRows.Kept)
                .AddHostedService<Sending>();
            AddSms(services);
        },
        Schema = new RoomSchema("messages", typeof(MessagesRoom).Assembly),
        Owned = [new("outbox", "message_id", IsOfUsers: true)],
        Events = MessageEvents.All,
    };

    private static IReadOnlyList<ICarrier> Carriers(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<OpenPassageCompleteOptions>>().Value;
        ICarrier mail = options.Mail.Smtp.Host.Length > 0
            ? services.GetRequiredService<MailBySmtp>()
            : services.GetRequiredService<MailFiles>();
        return options.Sms.IsOn ? [mail, services.GetRequiredService<SmsByHttp>()] : [mail];
    }

    private static void AddSms(IServiceCollection services) => services
        .AddHttpClient(SmsByHttp.Client, static client => client.Timeout = Timeout.InfiniteTimeSpan)
        // They would write down the address, which may hold a number and a code.
        .RemoveAllLoggers()
        .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = OneRequest,
        })
        // Made with the first message: a server that sends none does not read the library in when it starts.
        .AddHttpMessageHandler(static () => new ResilienceHandler(Patience.Pipeline));

    /// <summary>By itself: what has a field of a library reads it in.</summary>
    private static class Patience
    {
        public static readonly ResiliencePipeline<HttpResponseMessage> Pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
            // At once again only where nothing can have been sent: the outbox has the patience for the rest.
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(200),
                ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Exception is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
                }),
            })
            .AddTimeout(OneRequest)
            .Build();
    }
}
