using System.Text.Json.Nodes;

namespace OpenPassage.Server.Tests;

/// <summary>What the server answered, read whole.</summary>
internal sealed record Reply(int Status, string Text, HttpResponseMessage Message)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? this[string member] => (string?)Json[member];

    /// <summary>Status and code of an envelope that is exactly <c>{code, error}</c> with a sentence in it.</summary>
    public (int Status, string Code) Refused
    {
        get
        {
            var envelope = Json.AsObject();
            Assert.Equal(["code", "error"], envelope.Select(member => member.Key));
            Assert.Equal("application/json", Message.Content.Headers.ContentType?.MediaType);
            Assert.Matches(@"^\S.+[.]$", (string)envelope["error"]!);
            return (Status, (string)envelope["code"]!);
        }
    }

    public string Error => this["error"]!;

    public Reply Expect(int status)
    {
        Assert.True(Status == status, $"{Status} {Text}");
        return this;
    }

    public string? Header(string name) =>
        Message.Headers.TryGetValues(name, out var values) || Message.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : null;

    public static async Task<Reply> ReadAsync(HttpResponseMessage message) =>
        new((int)message.StatusCode, await message.Content.ReadAsStringAsync(), message);
}
