namespace OpenPassage.Proof.Tests.Crowds;

/// <summary>Somebody of a crowd, who keeps what the server has answered and settles afterwards what it has not.</summary>
internal interface IPerson
{
    /// <summary>As the server's list of users has it.</summary>
    string Name { get; }

    /// <summary>Whether the server has answered that it keeps the passkey.</summary>
    bool Registered { get; }

    /// <summary>The sign-ins that the server has answered, and those that turned out to have happened.</summary>
    int SignIns { get; }

    /// <summary>The tokens that it has answered for a refresh token.</summary>
    int Refreshes { get; }

    /// <summary>Calls whose answer has not arrived.</summary>
    int InDoubt { get; }

    Task RegisterAsync();

    /// <summary>One thing that somebody does who has an account; turn by turn another one.</summary>
    Task GoOnAsync(int turn);

    /// <summary>
    /// After the storm. What was answered stands: it cannot be had again. What is in doubt is asked again, and has then happened
    /// once: if the server had done it before, it refuses now.
    /// </summary>
    /// <param name="all">Whether to try everything ever used again, not only what is new since the last time.</param>
    Task SettleAsync(bool all);
}
