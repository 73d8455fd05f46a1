namespace OpenPassage.Flex.Tests;

internal sealed partial class StandIn
{
    public PassageFlex NewClient(string appId = "app", TimeSpan? timeout = null) =>
        new(appId, "key", new PassageFlexOptions { BaseAddress = Address, Timeout = timeout ?? TimeSpan.FromSeconds(10) });
}

internal static partial class Answers
{
    public static string UserList(string id, string externalId) =>
        $$"""{"users":[{"id":"{{id}}","external_id":"{{externalId}}","unknown":1}],"total_users":1}""";

    public const string Device = """
        {"id":"d1","cred_id":"Y3JlZA","friendly_name":"iCloud Keychain","type":"passkey","usage_count":3,
         "created_at":"2024-05-24T17:40:04.061043Z","updated_at":"2024-05-25T17:40:04.061043Z","last_login_at":"0001-01-01T00:00:00Z",
         "icons":{"light":"data:image/svg+xml;base64,AA==","dark":null}}
        """;

    public const string User = $$"""
        {"user":{"id":"u1","external_id":"alice","status":"active","created_at":"2024-05-24T17:40:04.061043Z",
         "updated_at":"2024-05-25T00:00:00.000000Z","last_login_at":"2024-05-26T00:00:00.000000Z","login_count":7,
         "user_metadata":{"plan":"pro"},"webauthn":true,"webauthn_devices":[{{Device}}],"webauthn_types":["passkey","a_new_kind"],
         "email":"","phone":"","recent_events":[],"social_connections":{} } }
        """;
}
