using Microsoft.AspNetCore.Http;
using OpenPassage.Server.Complete.Messages;

namespace OpenPassage.Server.Tests.Messages;

/// <summary>The language of a message: what was asked for, else the browser's, else the app's.</summary>
public sealed class LanguagesTests
{
    [Theory]
    [InlineData("de", "fr", "it", "de")]
    [InlineData("pt-BR", "fr", "it", "pt")]
    [InlineData("ZH_hant", "fr", "it", "zh")]
    [InlineData("deutsch", "fr", "it", "fr")]
    [InlineData("", "fr", "it", "fr")]
    [InlineData(null, "nl, da;q=0.9, pl;q=0.5, es;q=0.7", "it", "es")]
    [InlineData(null, "en;q=0, de;q=0.1", "it", "de")]
    [InlineData(null, "*", "it", "it")]
    [InlineData(null, "nl", "it", "it")]
    [InlineData(null, null, "it", "it")]
    [InlineData(null, ";;q=,,,\"", "it", "it")]
    [InlineData("../../de", null, "xx", "en")]
    public void The_first_that_messages_are_written_in_is_taken(string? asked, string? browser, string app, string taken)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.AcceptLanguage = browser;

        Assert.Equal(taken, Languages.Choose(asked, request, new() { DefaultLanguage = app }));
    }
}
