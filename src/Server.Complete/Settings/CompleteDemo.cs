namespace OpenPassage.Server.Complete.Settings;

/// <summary>The app of samples/Complete: accounts with a name that their users choose.</summary>
internal static class CompleteDemo
{
    public const string Id = "demo-complete";
    public const string Url = "http://localhost:8422";

    public static AppOptions New()
    {
        var demo = new AppOptions { Id = Id, Name = "Complete demo", Type = "complete", RpId = "localhost" };
        demo.Origins.Add(Url);
        demo.Complete.AllowedIdentifier = "email";
        demo.Complete.Methods.Otp = true;
        demo.Complete.Methods.MagicLink = true;
        demo.Complete.UserMetadata.Add(new() { Name = "name", FriendlyName = "Name" });
        return demo;
    }
}
