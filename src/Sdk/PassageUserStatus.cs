#if COMPLETE
namespace OpenPassage.Complete;
#else
namespace OpenPassage.Flex;
#endif

/// <summary>Whether a user may sign in.</summary>
public enum PassageUserStatus
{
    /// <summary>A value that this version does not know.</summary>
    Other = 0,

    /// <summary>May sign in.</summary>
    Active,

    /// <summary>Was deactivated; every ceremony is refused.</summary>
    Inactive,

    /// <summary>Was created and has not finished a first ceremony.</summary>
    Pending,
}
