using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace OpenPassage.Flex.Tests;

public sealed class FailureTests
{
    private const string NonceAnswer = """{"external_id":"alice"}""";
    private const string TransactionAnswer = """{"transaction_id":"t1"}""";

    public sealed class A_refusal
    {
        [Theory]
        [InlineData(400, "invalid_request", PassageErrorCode.InvalidRequest)]
        [InlineData(401, "invalid_access_token", PassageErrorCode.InvalidAccessToken)]
        [InlineData(401, "invalid_nonce", PassageErrorCode.InvalidNonce)]
        [InlineData(403, "operation_not_allowed", PassageErrorCode.OperationNotAllowed)]
        [InlineData(404, "app_not_found", PassageErrorCode.AppNotFound)]
        [InlineData(404, "device_not_found", PassageErrorCode.DeviceNotFound)]
        [InlineData(404, "user_not_found", PassageErrorCode.UserNotFound)]
        [InlineData(409, "user_has_no_passkeys", PassageErrorCode.UserHasNoPasskeys)]
        [InlineData(500, "internal_server_error", PassageErrorCode.InternalServerError)]
        [InlineData(403, "cannot_create_transaction", PassageErrorCode.Other)]
        [InlineData(429, "too_many_requests", PassageErrorCode.Other)]
        [InlineData(503, "internal_server_error", PassageErrorCode.InternalServerError)]
        public async Task Keeps_code_status_and_sentence(int status, string code, PassageErrorCode expected)
        {
            await using var server = await StandIn.AnsweringAsync(status, $$"""{"code":"{{code}}","error":"A sentence."}""");
            using var passage = server.NewClient();

            var refusal = await Assert.ThrowsAsync<PassageException>(() => passage.Auth.VerifyNonceAsync("n1"));

            Assert.Equal(
                (expected, code, (HttpStatusCode)status, "A sentence."),
                (refusal.Code, refusal.CodeText, refusal.StatusCode, refusal.Message));
        }
    }

    public sealed class A_body_that_is_not_the_contract
    {
        [Theory]
        [InlineData(200, "")]
        [InlineData(200, "null")]
        [InlineData(200, "[]")]
        [InlineData(200, "{}")]
        [InlineData(200, """{"external_id":""}""")]
        [InlineData(200, """{"external_id":7}""")]
        [InlineData(200, "<html>hello</html>")]
        [InlineData(302, "")]
        [InlineData(404, "<html>not found</html>")]
        [InlineData(404, """{"error":"no code"}""")]
        [InlineData(500, "")]
        public async Task Is_told_apart_from_a_refusal(int status, string body)
        {
            await using var server = await StandIn.AnsweringAsync(status, body);
            using var passage = server.NewClient();

            var exception = await Assert.ThrowsAsync<PassageProtocolException>(() => passage.Auth.VerifyNonceAsync("n1"));

            Assert.Equal((HttpStatusCode)status, exception.StatusCode);
        }

        [Theory]
        [InlineData("\"id\":\"u1\",", "")]
        [InlineData("\"webauthn_devices\":[", "\"webauthn_devices\":[null,")]
        [InlineData("\"login_count\":7", "\"login_count\":\"7\"")]
        [InlineData("\"created_at\":\"2024-05-24T17:40:04.061043Z\",", "")]
        [InlineData("2024-05-26T00:00:00.000000Z", "yesterday")]
        public async Task Is_found_in_every_member_of_a_user(string good, string bent)
        {
            Assert.Contains(good, Answers.User, StringComparison.Ordinal);
            await using var server = await StandIn.AnsweringInTurnAsync(
                (200, Answers.UserList("u1", "alice")), (200, Answers.User.Replace(good, bent, StringComparison.Ordinal)));
            using var passage = server.NewClient();

            await Assert.ThrowsAsync<PassageProtocolException>(() => passage.User.GetAsync("alice"));
        }

        [Fact]
        public async Task Of_a_redirect_is_not_followed_with_the_key()
        {
            await using var thief = await StandIn.AnsweringAsync(200, NonceAnswer);
            await using var server = await StandIn.StartAsync((http, _) =>
            {
                http.Response.Redirect(thief.Address.ToString(), permanent: false, preserveMethod: true);
                return Task.CompletedTask;
            });
            using var passage = server.NewClient();

            await Assert.ThrowsAsync<PassageProtocolException>(() => passage.Auth.VerifyNonceAsync("n1"));

            Assert.Empty(thief.Requests);
        }
    }

    public sealed class No_answer
    {
        [Fact]
        public async Task Because_nobody_listens_is_a_connection_failure()
        {
            using var passage = new PassageFlex("app", "key", new() { BaseAddress = FreePort() });

            var exception = await Assert.ThrowsAsync<PassageConnectionException>(() => passage.User.GetAsync("alice"));

            Assert.IsType<HttpRequestException>(exception.InnerException);
        }

        [Fact]
        public async Task In_time_is_a_connection_failure()
        {
            await using var server = await StandIn.StartAsync((http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted));
            using var passage = server.NewClient(timeout: TimeSpan.FromMilliseconds(200));

            await Assert.ThrowsAsync<PassageConnectionException>(() => passage.Auth.VerifyNonceAsync("n1"));
        }

        [Fact]
        public async Task In_the_time_of_the_callers_http_client_is_a_connection_failure()
        {
            await using var server = await StandIn.StartAsync((http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted));
            using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(200) };
            using var passage = new PassageFlex("app", "key", new() { BaseAddress = server.Address, HttpClient = http });

            await Assert.ThrowsAsync<PassageConnectionException>(() => passage.Auth.VerifyNonceAsync("n1"));
        }

        [Fact]
        public async Task Because_the_caller_cancelled_stays_a_cancellation()
        {
            using var cancelled = new CancellationTokenSource();
            await using var server = await StandIn.StartAsync(async (http, _) =>
            {
                await cancelled.CancelAsync();
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            });
            using var passage = server.NewClient();

            var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => passage.User.GetAsync("alice", cancelled.Token));

            Assert.Equal(cancelled.Token, exception.CancellationToken);
        }

        [Theory]
        [InlineData(502)]
        [InlineData(503)]
        [InlineData(504)]
        public async Task But_a_proxys_is_a_connection_failure(int status)
        {
            await using var server = await StandIn.AnsweringAsync(status, "<html>upstream</html>");
            using var passage = server.NewClient();

            await Assert.ThrowsAsync<PassageConnectionException>(() => passage.Auth.VerifyNonceAsync("n1"));
        }
    }

    public sealed class Repeating
    {
        [Theory]
        [InlineData(502)]
        [InlineData(503)]
        [InlineData(504)]
        public async Task Gets_over_two_bad_answers(int status)
        {
            await using var server = await StandIn.AnsweringInTurnAsync((status, ""), (status, ""), (201, TransactionAnswer));
            using var passage = server.NewClient();

            Assert.Equal("t1", await passage.Auth.CreateRegisterTransactionAsync("alice", "Alice"));
            Assert.Equal(3, server.Requests.Count);
        }

        [Fact]
        public async Task Gets_over_two_broken_connections()
        {
            await using var server = await StandIn.StartAsync((http, turn) =>
            {
                if (turn == 3)
                    return http.AnswerAsync(201, TransactionAnswer);
                http.Abort();
                return Task.CompletedTask;
            });
            using var passage = server.NewClient();

            Assert.Equal("t1", await passage.Auth.CreateAuthenticateTransactionAsync("alice"));
            Assert.Equal(3, server.Requests.Count);
        }

        [Fact]
        public async Task Ends_after_two_repetitions()
        {
            await using var server = await StandIn.AnsweringAsync(503, """{"code":"internal_server_error","error":"Overloaded."}""");
            using var passage = server.NewClient();

            var refusal = await Assert.ThrowsAsync<PassageException>(() => passage.User.ListDevicesAsync("alice"));

            Assert.Equal(PassageErrorCode.InternalServerError, refusal.Code);
            Assert.Equal(3, server.Requests.Count);
        }

        [Theory]
        [InlineData(400)]
        [InlineData(404)]
        [InlineData(429)]
        [InlineData(500)]
        public async Task Never_happens_after_another_status(int status)
        {
            await using var server = await StandIn.AnsweringAsync(status, """{"code":"x","error":"No."}""");
            using var passage = server.NewClient();

            await Assert.ThrowsAsync<PassageException>(() => passage.User.ListDevicesAsync("alice"));

            Assert.Single(server.Requests);
        }

        [Fact]
        public async Task Never_happens_to_a_nonce_whatever_the_answer()
        {
            await using var bad = await StandIn.AnsweringAsync(503, "");
            await using var broken = await StandIn.StartAsync((http, _) =>
            {
                http.Abort();
                return Task.CompletedTask;
            });
            foreach (var server in new[] { bad, broken })
            {
                using var passage = server.NewClient();
                await Assert.ThrowsAsync<PassageConnectionException>(() => passage.Auth.VerifyNonceAsync("n1"));
                Assert.Single(server.Requests);
            }
        }

        [Fact]
        public async Task Waits_as_long_as_the_server_asks()
        {
            var arrivals = new List<long>();
            await using var server = await StandIn.StartAsync((http, turn) =>
            {
                arrivals.Add(Stopwatch.GetTimestamp());
                http.Response.Headers.RetryAfter = "1";
                return turn == 1 ? http.AnswerAsync(503, "") : http.AnswerAsync(201, TransactionAnswer);
            });
            using var passage = server.NewClient();

            await passage.Auth.CreateAuthenticateTransactionAsync("alice");

            Assert.True(Stopwatch.GetElapsedTime(arrivals[0], arrivals[1]) >= TimeSpan.FromSeconds(1));
        }

        [Fact]
        public async Task Ends_with_the_timeout()
        {
            await using var server = await StandIn.StartAsync((http, turn) =>
                turn == 1 ? http.AnswerAsync(503, "") : Task.Delay(Timeout.Infinite, http.RequestAborted));
            using var passage = server.NewClient(timeout: TimeSpan.FromMilliseconds(600));

            await Assert.ThrowsAsync<PassageConnectionException>(() => passage.User.GetAsync("alice"));

            Assert.Equal(2, server.Requests.Count);
        }

        [Fact]
        public async Task A_revocation_whose_answer_was_lost_succeeds()
        {
            await using var server = await StandIn.AnsweringInTurnAsync(
                (200, Answers.UserList("u1", "alice")), (502, ""), (404, """{"code":"device_not_found","error":"No such device."}"""));
            using var passage = server.NewClient();

            await passage.User.RevokeDeviceAsync("alice", "d1");

            Assert.Equal(3, server.Requests.Count);
        }

        [Fact]
        public async Task A_revocation_of_a_device_that_never_was_is_refused()
        {
            await using var server = await StandIn.AnsweringInTurnAsync(
                (200, Answers.UserList("u1", "alice")), (404, """{"code":"device_not_found","error":"No such device."}"""));
            using var passage = server.NewClient();

            var refusal = await Assert.ThrowsAsync<PassageException>(() => passage.User.RevokeDeviceAsync("alice", "d1"));

            Assert.Equal(PassageErrorCode.DeviceNotFound, refusal.Code);
        }
    }

    private static Uri FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }
}
