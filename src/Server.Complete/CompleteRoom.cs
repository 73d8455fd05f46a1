using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenPassage.Server.Admission;
using OpenPassage.Server.Advice;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Arrivals;
using OpenPassage.Server.Complete.Codes;
using OpenPassage.Server.Complete.CurrentUser;
using OpenPassage.Server.Complete.Keys;
using OpenPassage.Server.Complete.Links;
using OpenPassage.Server.Complete.Locales;
using OpenPassage.Server.Complete.Management;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Passkeys;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Complete.Settings;
using OpenPassage.Server.Manage;
using OpenPassage.Server.Rooms;
using OpenPassage.Server.Sealing;
using OpenPassage.Server.Settings;
using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Complete;

/// <summary>Passkey Complete: accounts, passkeys, tokens and sessions, for sites without another login.</summary>
internal static class CompleteRoom
{
    public static Room Room { get; } = new("complete")
    {
        Services = static services =>
        {
            services
                .AddSingleton<IValidateOptions<OpenPassageCompleteOptions>>(
                    new SettingsRules<OpenPassageCompleteOptions>(ServerSettings.Broken))
                .AddSingleton<AppSecrets>()
                .AddSingleton<SigningKeys>()
                .AddSingleton(static provider => provider.GetRequiredService<SigningKeys>().Following)
                .AddSingleton<AccountStore>()
                .AddSingleton<AccountChanges>()
                .AddSingleton<ManagedAccounts>()
                .AddSingleton<ManagedLinks>()
                .AddSingleton<ChangeNotices>()
                .AddSingleton<IdentifierChanging>()
                .AddSingleton<Verifying>()
                .AddSingleton<TakingBack>()
                .AddSingleton<TestMessages>()
                .AddSingleton<MessagePreviews>()
                .AddSingleton<Decoys>()
                .AddSingleton<LoginOffers>()
                // Found when somebody asks: routes are mapped, and described, before there is a database.
                .AddSingleton(new OffersByIdentifier(
                    static (call, context, identifier, cancellationToken) => context.RequestServices.GetRequiredService<LoginOffers>()
                        .AdviseAsync(call, context, identifier, cancellationToken),
                    LoginOffers.Refusals))
                .AddSingleton<HiddenUsers>()
                .AddSingleton<Issuers>()
                .AddSingleton<AccessTokens>()
                .AddSingleton<SessionStore>()
                .AddSingleton<SessionTokens>()
                .AddSingleton<ArrivalStore>()
                .AddSingleton<LinkStore>()
                .AddSingleton<LinkSignIns>()
                .AddSingleton<LinkSending>()
                .AddSingleton<CodeStore>()
                .AddSingleton<CodeSending>()
                .AddSingleton<CodeEntering>()
                .AddSingleton<GuessBudgets>()
                .AddSingleton(new EndedByRestore(SessionStore.Rows))
                .AddSingleton(new EndedByRestore(LinkStore.Rows))
                .AddSingleton(SessionStore.Kept)
                .AddSingleton(LinkStore.Kept)
                .AddSingleton(CodeStore.Kept)
                .AddHostedService<KeyTurning>();
        },
        Routes = static routes =>
        {
            var browsers = routes.MapGroup("v1").For(Audience.Browser).OfApps(AppType.Complete).WithTags("Complete");
            GetPublicApp.Map(browsers);
            FindPublicUser.Map(browsers);
            SignUp.Map(browsers);
            StartSignUp.Map(browsers);
            FinishSignUp.Map(browsers);
            StartLogin.Map(browsers);
            FinishLogin.Map(browsers);
            SendSignUpCode.Map(browsers);
            SendLoginCode.Map(browsers);
            ActivateCode.Map(browsers);
            RefreshSession.Map(browsers);
            EndSession.Map(browsers);
            SendLink.Map(browsers);
            ActivateLink.Map(browsers);
            GetLinkStatus.Map(browsers);
            GetCurrentUser.Map(browsers);
            ListOwnDevices.Map(browsers);
            AdviseOwnDevice.Map(browsers);
            StartOwnDevice.Map(browsers);
            FinishOwnDevice.Map(browsers);
            RenameOwnDevice.Map(browsers);
            RevokeOwnDevice.Map(browsers);
            UpdateOwnMetadata.MapGet(browsers);
            UpdateOwnMetadata.Map(browsers);
            ChangeIdentifier.Map(browsers);
            OwnSessions.Map(browsers);

            var backends = routes.MapGroup("v1").For(Audience.Backend).OfApps(AppType.Complete).WithTags("Management");
            CreateAccount.Map(backends);
            UpdateAccount.Map(backends);
            DeleteAccount.Map(backends);
            ActivateAccount.Map(backends);
            DeactivateAccount.Map(backends);
            RevokeRefreshTokens.Map(backends);
            CreateMagicLink.Map(backends);
            GetCompleteApp.Map(backends);

            var managers = ManageRoom.Operations(routes, Audience.Backend).OfApps(AppType.Complete);
            ListUserSessions.Map(managers);
            RevokeUserSession.Map(managers);
            RevokeUserSessions.Map(managers);
            ListSigningKeys.Map(managers);
            RotateSigningKey.Map(managers);
            ListMessages.Map(managers);
            SendTestMessage.Map(managers);
            PreviewMessage.Map(managers);

            var anybody = routes.MapGroup("v1").For(Audience.Anybody).WithTags("Complete");
            GetKeys.Map(anybody);
            GetOpenIdConfiguration.Map(anybody);
            ElementTexts.Map(routes);
        },
        Schema = new RoomSchema("complete", typeof(CompleteRoom).Assembly),
        Owned =
        [
            new("sessions", "session_id", IsOfUsers: true),
            new("links", "link_id", IsOfUsers: true),
            new("signing_keys", "number", IsOfUsers: false),
            new("app_secrets", "purpose", IsOfUsers: false),
            new("codes", "code_id", IsOfUsers: false),
        ],
        WhenDeactivated = [SessionStore.RevokeAll],
        Identifiers = [Identifiers.Email, Identifiers.Phone],
        Json = JsonTypeInfoResolver.Combine(
            AccountsWire.Default, SessionsWire.Default, CompletePasskeysWire.Default, CodesWire.Default, LinksWire.Default,
            CurrentUserWire.Default, ManagementWire.Default),
        Settings = CompleteSettings.All,
        Demo = CompleteDemo.New,
        Events = CompleteEvents.All,
        Tabs =
        [
            new("messages", "Messages", 30) { Of = AppType.Complete },
            new("signing-keys", "Signing keys", 65) { Of = AppType.Complete },
            new("start", "Quick start", 80) { Of = AppType.Complete },
        ],
    };
}
