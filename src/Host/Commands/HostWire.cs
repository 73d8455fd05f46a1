using System.Text.Json.Serialization;
using OpenPassage.Host.Doctor;

namespace OpenPassage.Host.Commands;

/// <summary>The JSON of commands that the API has no operation for, under its rules.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VersionShown))]
[JsonSerializable(typeof(SettingsShown))]
[JsonSerializable(typeof(BackupMade))]
[JsonSerializable(typeof(EventsWritten))]
[JsonSerializable(typeof(RestoreMarked))]
[JsonSerializable(typeof(SchemaShown))]
[JsonSerializable(typeof(Report))]
internal sealed partial class HostWire : JsonSerializerContext;
