using System.Diagnostics;

namespace OpenPassage.Server.Users;

internal enum UserStatus { Active, Inactive, Pending }

/// <summary>The words for it, in the database and on the wire.</summary>
internal static class UserStatuses
{
    public static string ToWord(this UserStatus status) => status switch
    {
        UserStatus.Active => "active",
        UserStatus.Inactive => "inactive",
        UserStatus.Pending => "pending",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    public static UserStatus Parse(string word) => word switch
    {
        "active" => UserStatus.Active,
        "inactive" => UserStatus.Inactive,
        "pending" => UserStatus.Pending,
        _ => throw new UnreachableException(),
    };
}
