using OpenPassage.Server.Tests.Advice;
using OpenPassage.Server.Tests.Apps;
using OpenPassage.Server.Tests.Authenticate;
using OpenPassage.Server.Tests.Complete;
using OpenPassage.Server.Tests.Complete.Arrivals;
using OpenPassage.Server.Tests.Complete.Changes;
using OpenPassage.Server.Tests.Complete.Links;
using OpenPassage.Server.Tests.Complete.Codes;
using OpenPassage.Server.Tests.Complete.Management;
using OpenPassage.Server.Tests.Complete.Readers;
using OpenPassage.Server.Tests.Guides;
using OpenPassage.Server.Tests.Host;
using OpenPassage.Server.Tests.House;
using OpenPassage.Server.Tests.Http;
using OpenPassage.Server.Tests.Loops;
using OpenPassage.Server.Tests.Manage;
using OpenPassage.Server.Tests.Messages;
using OpenPassage.Server.Tests.OperatorConsole;
using OpenPassage.Server.Tests.Ready;
using OpenPassage.Server.Tests.Register;
using OpenPassage.Server.Tests.Statistics;
using OpenPassage.Server.Tests.Store;
using OpenPassage.Server.Tests.Telemetry;
using OpenPassage.Server.Tests.Transactions;
using OpenPassage.Server.Tests.Users;
using OpenPassage.Server.Tests.WellKnown;
using OpenPassage.Server.Tests.Wire;

namespace OpenPassage.Server.Tests;

// Every class of tests that touches a database runs once more, on PostgreSQL.
public sealed class DeclaredAppsOnPostgres : DeclaredAppsTests, IOnPostgres;
public sealed class DeclaredKeysOnPostgres : DeclaredKeysTests, IOnPostgres;
public sealed class EventWritingOnPostgres : EventWritingTests, IOnPostgres;
public sealed class IdentifierOnPostgres : IdentifierTests, IOnPostgres;
public sealed class IdentifierSearchOnPostgres : IdentifierSearchTests, IOnPostgres;
public sealed class ManyUsersOnPostgres : ManyUsersTests, IOnPostgres;
public sealed class OldDatabaseOnPostgres : OldDatabaseTests, IOnPostgres;
public sealed class PasskeyStoreOnPostgres : PasskeyStoreTests, IOnPostgres;
public sealed class RpIdOnPostgres : RpIdTests, IOnPostgres;
public sealed class SchemaOnPostgres : SchemaTests, IOnPostgres;
public sealed class SettingsSchemaOnPostgres : SettingsSchemaTests, IOnPostgres;
public sealed class SideFilesOnPostgres : SideFilesTests, IOnPostgres;
public sealed class SignInsOnPostgres : SignInsTests, IOnPostgres;
public sealed class SweepingOnPostgres : SweepingTests, IOnPostgres;
public sealed class UserQueryOnPostgres : UserQueryTests, IOnPostgres;
public sealed class UserStoreOnPostgres : UserStoreTests, IOnPostgres;
public sealed class WritesOnPostgres : WritesTests, IOnPostgres;

public sealed class AccountLifeOnPostgres(CompleteSite site) : AccountLifeTests(site), IOnPostgres;
public sealed class CompleteRoutesOnPostgres(CompleteSite site) : CompleteRoutesTests(site), IOnPostgres;
public sealed class CreateMagicLinkOnPostgres(LinkSite site) : CreateMagicLinkTests(site), IOnPostgres;
public sealed class CreateAccountOnPostgres(CompleteSite site) : CreateAccountTests(site), IOnPostgres;
public sealed class GetCompleteAppOnPostgres(CompleteSite site) : GetCompleteAppTests(site), IOnPostgres;
public sealed class ListAccountsOnPostgres(CompleteSite site) : ListAccountsTests(site), IOnPostgres;
public sealed class PassageNodeOnPostgres(CompleteSite site) : PassageNodeTests(site), IOnPostgres;
public sealed class ManagedMessagesOnPostgres(CompleteSite site) : ManagedMessagesTests(site), IOnPostgres;
public sealed class SigningKeysOnPostgres(CompleteSite site) : SigningKeysTests(site), IOnPostgres;
public sealed class UpdateAccountOnPostgres(CompleteSite site) : UpdateAccountTests(site), IOnPostgres;
public sealed class UserSessionsOnPostgres(CompleteSite site) : UserSessionsTests(site), IOnPostgres;
public sealed class AccessTokenOnPostgres(CompleteSite site) : AccessTokenTests(site), IOnPostgres;
public sealed class CurrentUserOnPostgres(CompleteSite site) : CurrentUserTests(site), IOnPostgres;
public sealed class ArrivalOnPostgres(CompleteSite site) : ArrivalTests(site), IOnPostgres;
public sealed class ChangeIdentifierOnPostgres(ChangeSite site) : ChangeIdentifierTests(site), IOnPostgres;
public sealed class VerifyLinkOnPostgres(ChangeSite site) : VerifyLinkTests(site), IOnPostgres;
public sealed class UndoLinkOnPostgres(ChangeSite site) : UndoLinkTests(site), IOnPostgres;
public sealed class HiddenChangesOnPostgres(HiddenChangesTests.Site site) : HiddenChangesTests(site), IOnPostgres;
public sealed class VerifiedChangesOnPostgres(VerifiedChangesTests.Site site) : VerifiedChangesTests(site), IOnPostgres;
public sealed class NoLinksOnPostgres(CompleteSite site) : NoLinksTests(site), IOnPostgres;
public sealed class HiddenLinksOnPostgres(HiddenLinksTests.Site site) : HiddenLinksTests(site), IOnPostgres;
public sealed class LinkOnPostgres(LinkSite site) : LinkTests(site), IOnPostgres;
public sealed class ScannedLinksOnPostgres(ScannedLinksTests.Site site) : ScannedLinksTests(site), IOnPostgres;
public sealed class ElementLookOnPostgres(StyledSite site) : ElementLookTests(site), IOnPostgres;
public sealed class ConsoleTemplatesOnPostgres(ConsoleTemplatesTests.Site site) : ConsoleTemplatesTests(site), IOnPostgres;
public sealed class ConsoleMessagesElsewhereOnPostgres(ConsoleMessagesElsewhereTests.Site site)
    : ConsoleMessagesElsewhereTests(site), IOnPostgres;
public sealed class CodeOnPostgres(CodeSite site) : CodeTests(site), IOnPostgres;
public sealed class GuessBudgetsOnPostgres(GuessBudgetsTests.Site site) : GuessBudgetsTests(site), IOnPostgres;
public sealed class VerifiedSignInOnPostgres(VerifiedSignInTests.Site site) : VerifiedSignInTests(site), IOnPostgres;
public sealed class HiddenCodesOnPostgres(HiddenCodesTests.Site site) : HiddenCodesTests(site), IOnPostgres;
public sealed class ClosedSignUpOnPostgres(ClosedSignUpTests.Site site) : ClosedSignUpTests(site), IOnPostgres;
public sealed class VerifiedSignUpOnPostgres(VerifiedSignUpTests.Site site) : VerifiedSignUpTests(site), IOnPostgres;
public sealed class LookupLimitsOnPostgres(LookupLimitsTests.Site site) : LookupLimitsTests(site), IOnPostgres;
public sealed class HiddenAccountsOnPostgres(HiddenAccountsTests.Site site) : HiddenAccountsTests(site), IOnPostgres;
public sealed class HiddenAccountsTimingOnPostgres(HiddenAccountsTimingTests.Site site) : HiddenAccountsTimingTests(site), IOnPostgres;
public sealed class HiddenSendsTimingOnPostgres(HiddenSendsTimingTests.Site site) : HiddenSendsTimingTests(site), IOnPostgres;
public sealed class LoginOnPostgres(CompleteSite site) : LoginTests(site), IOnPostgres;
public sealed class StepUpOnPostgres(CompleteSite site) : StepUpTests(site), IOnPostgres;
public sealed class AccountHandleOnPostgres(CompleteSite site) : AccountHandleTests(site), IOnPostgres;
public sealed class MobileAppsOnPostgres(MobileAppsTests.Site site) : MobileAppsTests(site), IOnPostgres;
public sealed class TokenReadersOnPostgres : TokenReadersTests, IOnPostgres;
public sealed class RefreshOnPostgres(CompleteSite site) : RefreshTests(site), IOnPostgres;
public sealed class SignUpOnPostgres(CompleteSite site) : SignUpTests(site), IOnPostgres;

public sealed class MessageBudgetsOnPostgres(MessageBudgetsTests.Site site) : MessageBudgetsTests(site), IOnPostgres;
public sealed class OutageOnPostgres : OutageTests, IOnPostgres;
public sealed class OutboxOnPostgres(MailSite site) : OutboxTests(site), IOnPostgres;
public sealed class SlowReceiversOnPostgres(MailSite site) : SlowReceiversTests(site), IOnPostgres;
public sealed class CompleteCommandsOnPostgres(CompleteSite site) : CompleteCommandsTests(site), IOnPostgres;

public sealed class CreatePasskeyReadinessOnPostgres(ServerFixture server) : CreatePasskeyReadinessTests(server), IOnPostgres;
public sealed class DeviceCountsOnPostgres(ServerFixture server) : DeviceCountsTests(server), IOnPostgres;
public sealed class MonthEndingOnPostgres : MonthEndingTests, IOnPostgres;
public sealed class ReadinessKeysOnPostgres(ServerFixture server) : ReadinessKeysTests(server), IOnPostgres;
public sealed class ReportLimitsOnPostgres(ReportLimitsTests.Fixture server) : ReportLimitsTests(server), IOnPostgres;

public sealed class ConsoleAccountOnPostgres(ServerFixture server) : ConsoleAccountTests(server), IOnPostgres;
public sealed class ConsoleAppsOnPostgres(ServerFixture server) : ConsoleAppsTests(server), IOnPostgres;
public sealed class ConsoleAuditOnPostgres(ServerFixture server) : ConsoleAuditTests(server), IOnPostgres;
public sealed class ConsoleCeremoniesOnPostgres(ConsoleCeremoniesTests.Fixture server) : ConsoleCeremoniesTests(server), IOnPostgres;
public sealed class ConsoleCompleteOnPostgres(CompleteSite site) : ConsoleCompleteTests(site), IOnPostgres;
public sealed class ConsoleMessagesOnPostgres(CompleteSite site) : ConsoleMessagesTests(site), IOnPostgres;
public sealed class ConsoleConfirmationOnPostgres(ServerFixture server) : ConsoleConfirmationTests(server), IOnPostgres;
public sealed class ConsoleEventsOnPostgres(ServerFixture server) : ConsoleEventsTests(server), IOnPostgres;
public sealed class ConsoleProvidersOnPostgres(ConsoleProvidersTests.Fixture server) : ConsoleProvidersTests(server), IOnPostgres;
public sealed class ConsoleUsersOnPostgres(ServerFixture server) : ConsoleUsersTests(server), IOnPostgres;
public sealed class PromptReportOnPostgres(ServerFixture server) : PromptReportTests(server), IOnPostgres;
public sealed class AdviseAuthenticationOnPostgres(ServerFixture server) : AdviseAuthenticationTests(server), IOnPostgres;
public sealed class AdviseRegistrationOnPostgres(ServerFixture server) : AdviseRegistrationTests(server), IOnPostgres;
public sealed class PromptShareOnPostgres(ServerFixture server) : PromptShareTests(server), IOnPostgres;
public sealed class LoginAdviceOnPostgres(CompleteSite site) : LoginAdviceTests(site), IOnPostgres;
public sealed class StatisticsOnPostgres(ServerFixture server) : StatisticsTests(server), IOnPostgres;
public sealed class ConsoleRoutesOnPostgres(ServerFixture server) : ConsoleRoutesTests(server), IOnPostgres;
public sealed class ConsoleSignInOnPostgres(ServerFixture server) : ConsoleSignInTests(server), IOnPostgres;
public sealed class BrowserOriginsOnPostgres(ServerFixture server) : BrowserOriginsTests(server), IOnPostgres;
public sealed class CreateAuthenticateTransactionOnPostgres(ServerFixture server) : CreateAuthenticateTransactionTests(server), IOnPostgres;
public sealed class CreateRegisterTransactionOnPostgres(ServerFixture server) : CreateRegisterTransactionTests(server), IOnPostgres;
public sealed class MethodsOnPostgres(MethodsTests.Fixture server) : MethodsTests(server), IOnPostgres;
public sealed class StrangersBytesOnPostgres(QuietServer server) : StrangersBytesTests(server), IOnPostgres;
public sealed class EnvelopeOnPostgres(ServerFixture server) : EnvelopeTests(server), IOnPostgres;
public sealed class FinishAuthenticationOnPostgres(ServerFixture server) : FinishAuthenticationTests(server), IOnPostgres;
public sealed class FinishRegistrationOnPostgres(ServerFixture server) : FinishRegistrationTests(server), IOnPostgres;
public sealed class NullAndPaddingOnTheWireOnPostgres(ServerFixture server) : NullAndPaddingOnTheWireTests(server), IOnPostgres;
public sealed class GetUserOnPostgres(ServerFixture server) : GetUserTests(server), IOnPostgres;
public sealed class UsersWithoutExternalIdOnPostgres(ServerFixture server) : UsersWithoutExternalIdTests(server), IOnPostgres;
public sealed class ListUsersOnPostgres(ServerFixture server) : ListUsersTests(server), IOnPostgres;
public sealed class ApiKeysOnPostgres(ServerFixture server) : ApiKeysTests(server), IOnPostgres;
public sealed class ManagedAppsOnPostgres(ServerFixture server) : ManagedAppsTests(server), IOnPostgres;
public sealed class DomainAuthorityOnPostgres(ServerFixture server) : DomainAuthorityTests(server), IOnPostgres;
public sealed class AppSettingsOnPostgres(AppSettingsTests.Fixture server) : AppSettingsTests(server), IOnPostgres;
public sealed class PolicySettingsOnPostgres(PolicySettingsTests.Fixture server) : PolicySettingsTests(server), IOnPostgres;
public sealed class CeremonyPolicyOnPostgres(CeremonyPolicyTests.Fixture server) : CeremonyPolicyTests(server), IOnPostgres;
public sealed class ManagedUsersOnPostgres(ServerFixture server) : ManagedUsersTests(server), IOnPostgres;
public sealed class EventKindsOnPostgres(EventKindsTests.Fixture server) : EventKindsTests(server), IOnPostgres;
public sealed class ManagedEventsOnPostgres(ServerFixture server) : ManagedEventsTests(server), IOnPostgres;
public sealed class ManagedOperatorsOnPostgres(ServerFixture server) : ManagedOperatorsTests(server), IOnPostgres;
public sealed class StatisticsRouteOnPostgres(ServerFixture server) : StatisticsRouteTests(server), IOnPostgres;
public sealed class ManagementRoutesOnPostgres(ServerFixture server) : ManagementRoutesTests(server), IOnPostgres;
public sealed class RenameDeviceOnPostgres(ServerFixture server) : RenameDeviceTests(server), IOnPostgres;
public sealed class RefusedOriginsOnPostgres(ServerFixture server) : RefusedOriginsTests(server), IOnPostgres;
public sealed class RevokeDeviceOnPostgres(ServerFixture server) : RevokeDeviceTests(server), IOnPostgres;
public sealed class BrowserSdkOnPostgres(ServerFixture server) : BrowserSdkTests(server), IOnPostgres;
public sealed class SignalsOnPostgres(SignalsTests.EachItsOwnRpId server) : SignalsTests(server), IOnPostgres;
public sealed class NeverForgottenOnPostgres(NeverForgottenTests.Fixture server) : NeverForgottenTests(server), IOnPostgres;
public sealed class StartAuthenticationOnPostgres(ServerFixture server) : StartAuthenticationTests(server), IOnPostgres;
public sealed class StartRegistrationOnPostgres(ServerFixture server) : StartRegistrationTests(server), IOnPostgres;
public sealed class TimingOnPostgres(QuietServer server) : TimingTests(server), IOnPostgres;
public sealed class VerifyNonceOnPostgres(ServerFixture server) : VerifyNonceTests(server), IOnPostgres;
public sealed class TicketKeysOnPostgres : TicketKeysTests, IOnPostgres;
public sealed class AnonymousCallsOnPostgres(AnonymousCallsTests.Fixture server) : AnonymousCallsTests(server), IOnPostgres;
public sealed class OverloadOnPostgres(OverloadTests.Fixture server) : OverloadTests(server), IOnPostgres;
public sealed class InProcessOnPostgres(ServerFixture server) : InProcessTests(server), IOnPostgres;
public sealed class RateLimitsOnPostgres(LimitedServer server) : RateLimitsTests(server), IOnPostgres;
public sealed class WellKnownOnPostgres(WellKnownTests.Fixture server) : WellKnownTests(server), IOnPostgres;
public sealed class MetricsOnPostgres(MetricsTests.Fixture server) : MetricsTests(server), IOnPostgres;
public sealed class OriginBindingOnPostgres(OriginBindingTests.Fixture server) : OriginBindingTests(server), IOnPostgres;
public sealed class SignCountOnPostgres(ServerFixture server) : SignCountTests(server), IOnPostgres;
public sealed class HeldPasskeysOnPostgres(ServerFixture server) : HeldPasskeysTests(server), IOnPostgres;
public sealed class SpansOnPostgres(ServerFixture server) : SpansTests(server), IOnPostgres;
public sealed class MetricsPathOnPostgres(MetricsTests.Fixture server) : MetricsPathTests(server), IOnPostgres;
public sealed class SecretsInLogsOnPostgres(SecretsInLogsTests.Fixture server) : SecretsInLogsTests(server), IOnPostgres;

public sealed class OnPostgresTests
{
    // Classes that touch no database, or are about one engine or both.
    private static readonly Type[] Exempt =
    [
        typeof(OnPostgresTests), typeof(OptionsRulesTests), typeof(TicketSealTests), typeof(TicketsTests), typeof(PasskeyNamesTests),
        typeof(InsideAnotherApplicationTests), typeof(InProcessHandlerTests), typeof(OpenApiTests), typeof(JsonRulesTests),
        typeof(EventFileTests), typeof(PoolerTests), typeof(PostgresRolesTests), typeof(RestoreTests), typeof(RestoredDumpTests),
        typeof(SqliteLogTests), typeof(SqliteDatabaseTests), typeof(FailureTests), typeof(PostgresDatabaseTests), typeof(DatabaseAwayTests),
        typeof(SeveralNodesTests), typeof(StrangersKeysTests), typeof(HealthTests), typeof(SealingKeyTests), typeof(CallCountsTests),
        typeof(CommandLineTests), typeof(ManagementCommandsTests), typeof(OperatorCommandTests), typeof(SessionCookieTests),
        typeof(BackupTests), typeof(ShutdownTests), typeof(OtlpTests), typeof(NoMetricsTests), typeof(PrometheusTextTests),
        typeof(DomainTests), typeof(OwnerOnlyFilesTests), typeof(ForwardedPrefixTests), typeof(SubPathBehindNginxTests),
        typeof(SubPathBehindHaproxyTests), typeof(GuidesTests), typeof(ThreatsTests), typeof(DoctorTests), typeof(ProgressBarTests),
        typeof(FloorsTests), typeof(MapTests), typeof(LoopTests), typeof(SealedBeforeTests), typeof(LineLengthTests),
        typeof(SessionDecisionTests), typeof(PackagesTests), typeof(ArrivalDecisionTests), typeof(CodeDecisionTests), typeof(GuessingTests),
        typeof(LinkDecisionTests), typeof(ElementTextsTests), typeof(AdviceDecisionTests), typeof(EnrolmentDecisionTests),
        typeof(LanguagesTests), typeof(MailFilesTests), typeof(MailHeadersTests), typeof(MessageSettingsTests), typeof(MessagesGuideTests),
        typeof(SendingStopTests), typeof(SeveralSendersTests), typeof(SmsTests), typeof(SmtpLoginTests), typeof(TemplatesTests),
        typeof(DebianMailTests), typeof(ContainerTests), typeof(HintHeadersTests),
    ];

    [Fact]
    public void Every_other_class_of_tests_has_its_twin()
    {
        var all = typeof(OnPostgresTests).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.Name.EndsWith("Tests", StringComparison.Ordinal))
            .ToList();
        var twins = typeof(OnPostgresTests).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IOnPostgres)))
            .Select(type => type.BaseType);
        Assert.Equal([], all.Except(Exempt).Except(twins!).Select(type => type!.Name));
    }
}
