using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.OperatorConsole;
using OpenPassage.OperatorConsole.Admission;
using OpenPassage.OperatorConsole.Apps;
using OpenPassage.OperatorConsole.Dashboard;
using OpenPassage.OperatorConsole.Http;
using OpenPassage.OperatorConsole.Messages;
using OpenPassage.OperatorConsole.Operators;
using OpenPassage.OperatorConsole.Readiness;
using OpenPassage.OperatorConsole.Sessions;
using OpenPassage.OperatorConsole.Settings;
using OpenPassage.OperatorConsole.SignIn;
using OpenPassage.OperatorConsole.Users;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Complete;
using OpenPassage.Server.Complete.Settings;
using OpenPassage.Server.Ready;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Sql;
using ManageRoom = OpenPassage.Server.Manage.ManageRoom;

namespace OpenPassage.Server;

/// <summary>
/// The operator's console at <c>/console</c>, in the server's own process: pages rendered on the server, behind a sign-in by
/// passkey. It needs none of the application's middleware.
/// </summary>
public static class OpenPassageConsole
{
    internal static Room Room { get; } = new("console")
    {
        Services = static services => services
            .AddSingleton<AppForm>()
            .AddSingleton(static provider => UrlOf(provider.GetRequiredService<IOptions<OpenPassageConsoleOptions>>().Value))
            .AddSingleton<IValidateOptions<OpenPassageConsoleOptions>>(
                new SettingsRules<OpenPassageConsoleOptions>(ConsoleRules.Broken))
            .AddSingleton<ConsoleApp>()
            .AddSingleton(static provider => provider.GetRequiredService<ConsoleApp>().Held)
            .AddSingleton<OperatorStore>()
            .AddSingleton<SessionStore>()
            .AddSingleton<SessionCookie>()
            .AddSingleton<OperatorCeremonies>()
            .AddSingleton<ConsoleGate>()
            .AddSingleton<UserModels>()
            .AddSingleton(MessageModels.Make)
            .AddSingleton(ReadinessModels.Make)
            .AddHostedService<SessionSweeping>(),
        Routes = static routes =>
        {
            var managed = ManageRoom.Operations(routes, Audience.Server);
            ListOperators.MapManaged(managed);
            InviteOperator.MapManaged(managed);
            WithdrawInvitation.MapManaged(managed);
            RemoveOperator.MapManaged(managed);
        },
        Schema = new RoomSchema("console", typeof(OpenPassageConsole).Assembly, 5),
        Json = OperatorWire.Default,
    };

    private static DefaultUrl UrlOf(OpenPassageConsoleOptions options) => new($"{options.Origin}{options.PathBase}");

    /// <summary>
    /// Adds the console to a server that <c>AddOpenPassage()</c> has added, configured from the same section, such as
    /// <c>configuration.GetSection("OpenPassage")</c>. <c>MapOpenPassage()</c> then maps management of its operators too.
    /// </summary>
    /// <exception cref="OptionsValidationException">Thrown at start, when a setting is wrong; the message names it.</exception>
    /// <exception cref="InvalidOperationException">Thrown when the server is of another version.</exception>
    public static IServiceCollection AddOpenPassageConsole(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        ServerVersion.Demand();
        services.AddSingleton<IConfigureOptions<OpenPassageConsoleOptions>>(new ConsoleSettings(section));
        return services.AddRoom(Room);
    }

    /// <summary>
    /// Adds the console to a server that <c>AddOpenPassage()</c> has added, configured in code. <c>MapOpenPassage()</c> then maps
    /// management of its operators too.
    /// </summary>
    /// <exception cref="OptionsValidationException">Thrown at start, when a setting is wrong; the message names it.</exception>
    /// <exception cref="InvalidOperationException">Thrown when the server is of another version.</exception>
    public static IServiceCollection AddOpenPassageConsole(this IServiceCollection services, Action<OpenPassageConsoleOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        ServerVersion.Demand();
        services.AddOptions<OpenPassageConsoleOptions>().Configure(configure);
        return services.AddRoom(Room);
    }

    /// <summary>
    /// Maps everything under <c>/console</c>, at the root of the application's routes; nothing when
    /// <see cref="OpenPassageConsoleOptions.Enabled"/> is false.
    /// </summary>
    /// <returns>The endpoints, for conventions such as <c>RequireHost</c>.</returns>
    public static RouteGroupBuilder MapOpenPassageConsole(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var console = routes.MapGroup("");
        if (routes.ServiceProvider.GetRequiredService<IOptions<OpenPassageConsoleOptions>>().Value.Enabled)
        {
            // Asked of the list: a service that is made opens the database.
            var rooms = routes.ServiceProvider.GetServices<Room>().ToList();
            MapPages(console, withComplete: rooms.Contains(CompleteRoom.Room), withReady: rooms.Contains(ReadyRoom.Room));
        }

        return console;
    }

    private static void MapPages(RouteGroupBuilder routes, bool withComplete, bool withReady)
    {
        var files = routes.MapGroup(ConsolePaths.Root);
        Files.Map(files);

        var anybody = routes.MapGroup(ConsolePaths.Root).For(Entry.Anybody);
        GetSignIn.Map(anybody);
        StartSignIn.Map(anybody);
        FinishSignIn.Map(anybody);
        GetSetup.Map(anybody);
        ReadInvitation.Map(anybody);
        StartSetup.Map(anybody);
        FinishSetup.Map(anybody);

        var viewers = routes.MapGroup(ConsolePaths.Root).For(Entry.Viewer);
        ListApps.Map(viewers);
        GetDashboard.Map(viewers);
        ListUsers.Map(viewers);
        GetUser.Map(viewers);
        ListEvents.Map(viewers);
        ExportEvents.Map(viewers);
        ApiKeys.MapPage(viewers);
        UpdateApp.MapPage(viewers);
        GetQuickStart.Map(viewers);
        ListChanges.Map(viewers);
        SignOut.Map(viewers);
        StartConfirm.Map(viewers);
        FinishConfirm.Map(viewers);
        GetAccount.Map(viewers);
        EndSessions.Map(viewers);
        AddPasskey.Map(viewers);
        RemovePasskey.Map(viewers);

        var admins = routes.MapGroup(ConsolePaths.Root).For(Entry.Admin);
        CreateApp.Map(admins);
        UpdateApp.Map(admins);
        DeleteApp.Map(admins);
        ApiKeys.Map(admins);
        SetBaseline.Map(admins);
        TryApp.Map(admins);
        ChangeUser.Map(admins);
        ListOperators.Map(admins);
        InviteOperator.Map(admins);
        WithdrawInvitation.Map(admins);
        RemoveOperator.Map(admins);

        if (withComplete)
        {
            ListMessages.Map(viewers);
            PreviewMessage.Map(viewers);
            SendTestMessage.Map(admins);
            ListSigningKeys.Map(viewers);
            RotateSigningKey.Map(admins);
            RevokeUserSessions.Map(admins);
        }

        if (withReady)
        {
            GetReadiness.Map(viewers);
            ReadinessKeySteps.Map(admins);
        }

        OtherPages.Map(routes.MapGroup(ConsolePaths.Root).For(Entry.Viewer));
        OtherPages.MapOtherMethods(files);
    }
}
