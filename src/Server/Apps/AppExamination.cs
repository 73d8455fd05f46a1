using OpenPassage.Server.Sql;

namespace OpenPassage.Server.Apps;

/// <summary>What a database that is left as it is says of its apps.</summary>
internal static class AppExamination
{
    /// <summary>All apps but the console's.</summary>
    public static IReadOnlyList<AppRecord> AppsIn(DatabaseExamination database, AppSettings settings)
        => database.Query($"{AppRows.Select} ORDER BY app_id", new AppRows(settings).Read);

    /// <summary>The RP IDs of the apps that have passkeys.</summary>
    public static IReadOnlyDictionary<string, string> BoundRpIdsIn(DatabaseExamination database)
        => new Dictionary<string, string>(
            database.Query(AppStore.SelectBoundRpIds, row => KeyValuePair.Create(row.GetString(0), row.GetString(1))),
            StringComparer.Ordinal);

    /// <summary>The apps that have users, and so must keep their type.</summary>
    public static IReadOnlyList<AppRecord> BoundTypesIn(DatabaseExamination database, AppSettings settings)
        => database.Query(AppStore.SelectBoundTypes, new AppRows(settings).Read);
}
