namespace OpenPassage.Server.Audit;

/// <summary>Who changes something, as the audit names him.</summary>
internal readonly record struct Actor
{
    private Actor(string text) => Text = text;

    /// <summary><c>key:ID</c>, <c>operator:NAME</c>, <c>command:USER</c> or <c>server</c>.</summary>
    public string Text { get; }

    /// <summary>Whether it is an app's own key, which manages that app and has no say in what others hold.</summary>
    public bool IsOfApp { get; private init; }

    /// <summary>A caller who shows a key of the whole server.</summary>
    public static Actor Key(string keyId) => new($"key:{keyId}");

    /// <summary>A caller who shows a key of an app.</summary>
    public static Actor AppKey(string keyId) => new($"key:{keyId}") { IsOfApp = true };

    /// <summary>Somebody at the console.</summary>
    public static Actor Operator(string name) => new($"operator:{name}");

    /// <summary>Somebody at the command line, by the name that the system knows him by.</summary>
    public static Actor Command(string userName) => new($"command:{userName}");

    /// <summary>The server itself, at its start.</summary>
    public static Actor Server => new("server");

    public override string ToString() => Text;
}
