using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenPassage.Host.Serving;
using OpenPassage.Server.Http;
using Rules = OpenPassage.Server.Http.Wire;

namespace OpenPassage.Server.Tests.Wire;

/// <summary>
/// Options of source generation cannot be inherited, so each room's JSON repeats those of the wire. What differs from them is listed
/// here, with the reason.
/// </summary>
public sealed class JsonRulesTests
{
    private static readonly Dictionary<string, (JsonNamingPolicy? Naming, string Reason)> Others = new(StringComparer.Ordinal)
    {
        ["SettingValues"] = (null, "single values in a column of the database, without members"),
        ["TextListJson"] = (null, "texts in a column of the database, without members"),
        ["EndedSessionJson"] = (JsonNamingPolicy.SnakeCaseLower, "written into the audit and never read back"),
        ["HostWire"] = (JsonNamingPolicy.SnakeCaseLower, "answers of commands, which are only written"),
        ["OperatorJson"] = (JsonNamingPolicy.SnakeCaseLower, "answers of commands, which are only written"),
        ["PlacesWire"] = (JsonNamingPolicy.SnakeCaseLower, "an answer, which is only written"),
        ["ConsoleJson"] = (JsonNamingPolicy.CamelCase, "for the console's own script, which comes with it"),
        ["InvitationJson"] = (JsonNamingPolicy.CamelCase, "for the console's own script, which comes with it"),
        ["TryJson"] = (JsonNamingPolicy.CamelCase, "for the console's own script, which comes with it"),
    };

    private static readonly List<JsonSerializerContext> All =
    [
        .. new[] { typeof(OpenPassageServer), typeof(OpenPassageConsole), typeof(ServerHost) }
            .SelectMany(each => each.Assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(JsonSerializerContext)))
            .Select(type => (JsonSerializerContext)type.GetProperty("Default", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!),
    ];

    public static TheoryData<string> OfTheWire => [.. All.Select(NameOf).Except(Others.Keys)];

    public static TheoryData<string> OfOthers => [.. Others.Keys];

    [Fact]
    public void The_rooms_that_speak_on_the_wire_are_found()
        => Assert.Empty(((string[])["Wire", "FlexWire", "ManageWire", "WellKnownWire", "OperatorWire"]).Except(All.Select(NameOf)));

    [Theory]
    [MemberData(nameof(OfTheWire))]
    public void Each_of_them_has_the_rules_of_the_wire(string context) => Assert.Equal(RulesOf(Rules.Default), RulesOf(Named(context)));

    [Theory]
    [MemberData(nameof(OfOthers))]
    public void What_is_listed_as_different_is_different_and_names_members_as_listed(string context)
    {
        Assert.NotEqual(RulesOf(Rules.Default), RulesOf(Named(context)));
        Assert.Equal(Others[context].Naming, Named(context).Options.PropertyNamingPolicy);
    }

    [Fact]
    public void A_date_is_written_in_one_way_everywhere()
    {
        var dated = All.Where(context => context.GetTypeInfo(typeof(DateTimeOffset)) is not null).ToList();

        Assert.NotEmpty(dated);
        Assert.All(dated, context => Assert.True(
            context.Options.Converters.OfType<WireDate>().Any(),
            $"{NameOf(context)} writes dates and lacks Converters = [typeof(WireDate)]."));
    }

    private static string NameOf(JsonSerializerContext context) => context.GetType().Name;

    private static JsonSerializerContext Named(string name) => All.Single(context => NameOf(context) == name);

    /// <summary>Every option but which types it knows.</summary>
    private static SortedDictionary<string, string?> RulesOf(JsonSerializerContext context)
    {
        var options = context.Options;
        var rules = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var property in typeof(JsonSerializerOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.Name is nameof(options.TypeInfoResolver) or nameof(options.TypeInfoResolverChain) or nameof(options.IsReadOnly))
                continue;
            rules[property.Name] = property.Name == nameof(options.Converters)
                ? string.Join(", ", options.Converters.Select(converter => converter.GetType().Name))
                : property.GetValue(options)?.ToString();
        }

        return rules;
    }
}
