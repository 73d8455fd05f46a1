using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Apps;

/// <summary>What a database that is left as it is says of its apps.</summary>
internal static class AppExamination
{
    /// <summary>All apps but the console's.</summary>
    public static IReadOnlyList<AppRecord> AppsIn(DatabaseExamination database)
        => database.Query($"{AppRow.Select} WHERE source <> 'console' ORDER BY app_id", AppRow.Read);

    /// <summary>The RP IDs of the apps that have passkeys.</summary>
    public static IReadOnlyDictionary<string, string> BoundRpIdsIn(DatabaseExamination database)
        => new Dictionary<string, string>(
            database.Query(AppStore.SelectBoundRpIds, row => KeyValuePair.Create(row.GetString(0), row.GetString(1))),
            StringComparer.Ordinal);
}
