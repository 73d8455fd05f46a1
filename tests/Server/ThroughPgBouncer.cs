using OpenPassage.Server.Tests.Authenticate;
using OpenPassage.Server.Tests.Manage;
using OpenPassage.Server.Tests.OperatorConsole;
using OpenPassage.Server.Tests.Register;
using OpenPassage.Server.Tests.Statistics;
using OpenPassage.Server.Tests.Store;
using OpenPassage.Server.Tests.Transactions;
using OpenPassage.Server.Tests.Users;

namespace OpenPassage.Server.Tests;

// What speaks most with the database runs twice more, through PgBouncer in either mode: ceremonies, nonces, users, management,
// the console's and the statistics' SQL.
public sealed class CreateAuthenticateTransactionThroughTransactions(ServerFixture server)
    : CreateAuthenticateTransactionTests(server), IThroughTransactions;
public sealed class CreateRegisterTransactionThroughTransactions(ServerFixture server)
    : CreateRegisterTransactionTests(server), IThroughTransactions;
public sealed class FinishAuthenticationThroughTransactions(ServerFixture server) : FinishAuthenticationTests(server), IThroughTransactions;
public sealed class FinishRegistrationThroughTransactions(ServerFixture server) : FinishRegistrationTests(server), IThroughTransactions;
public sealed class VerifyNonceThroughTransactions(ServerFixture server) : VerifyNonceTests(server), IThroughTransactions;
public sealed class ListUsersThroughTransactions(ServerFixture server) : ListUsersTests(server), IThroughTransactions;
public sealed class RevokeDeviceThroughTransactions(ServerFixture server) : RevokeDeviceTests(server), IThroughTransactions;
public sealed class ApiKeysThroughTransactions(ServerFixture server) : ApiKeysTests(server), IThroughTransactions;
public sealed class ManagedAppsThroughTransactions(ServerFixture server) : ManagedAppsTests(server), IThroughTransactions;
public sealed class ManagedUsersThroughTransactions(ServerFixture server) : ManagedUsersTests(server), IThroughTransactions;
public sealed class ManagedEventsThroughTransactions(ServerFixture server) : ManagedEventsTests(server), IThroughTransactions;
public sealed class ConsoleUsersThroughTransactions(ServerFixture server) : ConsoleUsersTests(server), IThroughTransactions;
public sealed class ConsoleSignInThroughTransactions(ServerFixture server) : ConsoleSignInTests(server), IThroughTransactions;
public sealed class StatisticsThroughTransactions(ServerFixture server) : StatisticsTests(server), IThroughTransactions;
public sealed class PasskeyStoreThroughTransactions : PasskeyStoreTests, IThroughTransactions;
public sealed class WritesThroughTransactions : WritesTests, IThroughTransactions;
public sealed class SeveralNodesThroughTransactions : SeveralNodesTests, IThroughTransactions;

public sealed class CreateAuthenticateTransactionThroughSessions(ServerFixture server)
    : CreateAuthenticateTransactionTests(server), IThroughSessions;
public sealed class CreateRegisterTransactionThroughSessions(ServerFixture server)
    : CreateRegisterTransactionTests(server), IThroughSessions;
public sealed class FinishAuthenticationThroughSessions(ServerFixture server) : FinishAuthenticationTests(server), IThroughSessions;
public sealed class FinishRegistrationThroughSessions(ServerFixture server) : FinishRegistrationTests(server), IThroughSessions;
public sealed class VerifyNonceThroughSessions(ServerFixture server) : VerifyNonceTests(server), IThroughSessions;
public sealed class ListUsersThroughSessions(ServerFixture server) : ListUsersTests(server), IThroughSessions;
public sealed class RevokeDeviceThroughSessions(ServerFixture server) : RevokeDeviceTests(server), IThroughSessions;
public sealed class ApiKeysThroughSessions(ServerFixture server) : ApiKeysTests(server), IThroughSessions;
public sealed class ManagedAppsThroughSessions(ServerFixture server) : ManagedAppsTests(server), IThroughSessions;
public sealed class ManagedUsersThroughSessions(ServerFixture server) : ManagedUsersTests(server), IThroughSessions;
public sealed class ManagedEventsThroughSessions(ServerFixture server) : ManagedEventsTests(server), IThroughSessions;
public sealed class ConsoleUsersThroughSessions(ServerFixture server) : ConsoleUsersTests(server), IThroughSessions;
public sealed class ConsoleSignInThroughSessions(ServerFixture server) : ConsoleSignInTests(server), IThroughSessions;
public sealed class StatisticsThroughSessions(ServerFixture server) : StatisticsTests(server), IThroughSessions;
public sealed class PasskeyStoreThroughSessions : PasskeyStoreTests, IThroughSessions;
public sealed class WritesThroughSessions : WritesTests, IThroughSessions;
public sealed class SeveralNodesThroughSessions : SeveralNodesTests, IThroughSessions;
