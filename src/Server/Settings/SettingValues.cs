using System.Text.Json.Serialization;

namespace OpenPassage.Server.Settings;

/// <summary>The JSON of what settings hold.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(bool?))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(long?))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class SettingValues : JsonSerializerContext;
