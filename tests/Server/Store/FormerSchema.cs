namespace OpenPassage.Server.Tests.Store;

/// <summary>The steps of the time when all rooms had one sequence.</summary>
internal static class FormerSchema
{
    public const string Table = "CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)";

    /// <summary>In their order, each with its texts.</summary>
    public static IReadOnlyList<(int Number, string[] Texts)> Steps(bool isPostgres)
        => [.. new[] { Platform.Room.Schema!, OpenPassageConsole.Room.Schema! }
            .SelectMany(room => room.Formerly.Zip(
                room.Steps, (number, step) => (number, room.Texts(step.Files, isPostgres ? "postgres" : "sqlite").ToArray())))
            .OrderBy(step => step.number)];
}
