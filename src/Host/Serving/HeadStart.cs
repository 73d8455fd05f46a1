namespace OpenPassage.Host.Serving;

/// <summary>
/// What a start does on a second thread. Most of it is code that runs for the first time, so two things that do not need each other
/// take as long as the longer one.
/// </summary>
internal static class HeadStart
{
    private const string Ready = "/health/ready";

    /// <summary>While the framework is set up: what the rooms bring.</summary>
    public static Task MakeRooms() => Task.Run(static () => ServedRooms.All);

    /// <summary>While addresses are mapped: everything that runs in the background, and so the database, which is opened.</summary>
    public static Task MakeServices(IServiceProvider services) => Task.Run(() => services.GetServices<IHostedService>().Count());

    /// <summary>
    /// While the database is read: answers a question about health, so that the first one who asks does not wait until all addresses
    /// are known.
    /// </summary>
    public static Task AnswerAsync(WebApplication app)
    {
        // The application adds the endpoints once more when it starts, and makes a pipeline of its own.
#pragma warning disable ASP0014
        app.UseEndpoints(static _ => { });
#pragma warning restore ASP0014
        var pipeline = ((IApplicationBuilder)app).Build();
        return Task.Run(async () =>
        {
            await using var scope = app.Services.CreateAsyncScope();
            var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
            context.Request.Method = HttpMethods.Get;
            context.Request.Path = Ready;
            await pipeline(context);
        });
    }
}
