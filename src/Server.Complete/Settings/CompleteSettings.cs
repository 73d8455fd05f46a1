using OpenPassage.Server.Apps;
using OpenPassage.Server.Settings;

namespace OpenPassage.Server.Complete.Settings;

/// <summary>The settings of Complete's apps.</summary>
internal static class CompleteSettings
{
    public static readonly SettingSection Accounts = new("Accounts (Complete)");
    public static readonly SettingSection Sessions = new("Sessions (Complete)");
    public static readonly SettingSection Elements = new("Elements (Complete)");

    private static readonly string[] Styles =
    [
        "container_background_color", "container_max_width", "input_box_background_color", "input_box_border_radius",
        "header_font_family", "body_font_family", "header_text_color", "body_text_color",
        "primary_button_background_color", "primary_button_text_color", "primary_button_hover_color", "primary_button_border_radius",
        "primary_button_border_color", "primary_button_border_width", "secondary_button_background_color",
        "secondary_button_text_color", "secondary_button_hover_color", "secondary_button_border_radius",
        "secondary_button_border_color", "secondary_button_border_width",
    ];

    /// <summary>In the order in which JSON has them.</summary>
    public static IReadOnlyList<Setting<AppOptions>> All { get; } =
    [
        Type, AuthOrigin, LoginUrl, RedirectUrl, AllowedIdentifier, RequiredIdentifier, PublicSignup, RequireIdentifierVerification,
        HideAccounts, DefaultLanguage, Methods, Session, UserMetadata,
        Styling(nameof(CompleteAppOptions.ElementCustomization), "element-style", "Styles on light pages", app => app.ElementCustomization),
        Styling(
            nameof(CompleteAppOptions.ElementCustomizationDark), "element-style-dark", "Styles on dark pages",
            app => app.ElementCustomizationDark),
    ];

    private static Setting<AppOptions> Type => new TextSetting<AppOptions>
    {
        Name = nameof(AppOptions.Type),
        Option = "type",
        Label = "Product",
        Help = "Flex adds passkeys to a login; Complete is the login. Fixed once there are users.",
        Meaning = "`flex`: passkeys beside a login that the app has; `complete`: the login itself, with accounts and tokens. "
            + "It cannot change once there are users",
        Default = "`flex`",
        Unsaid = AppTypes.Flex,
        Words = [(AppTypes.Flex, "Flex: passkeys for a login that you have"), (AppTypes.Complete, "Complete: the login itself")],
        Section = PlaceSettings.Identity,
        Get = app => app.Type,
        Set = (app, word) => app.Type = word ?? "",
    };

    private static Setting<AppOptions> AuthOrigin => new TextSetting<AppOptions>
    {
        Name = nameof(CompleteAppOptions.AuthOrigin),
        Option = "auth-origin",
        Label = "Authentication origin",
        Help = "The origin of the pages on which people sign in; one of the app's origins.",
        Meaning = "the origin of the pages on which people sign in; one of `Origins`",
        Default = "the first origin",
        IsOptional = true,
        Section = Accounts,
        Get = app => app.Complete.AuthOrigin,
        Set = (app, text) => app.Complete.AuthOrigin = text,
        Rule = (app, _) => app.Complete.AuthOrigin is { } origin && !app.Origins.Contains(origin)
            ? $"is '{origin}' and should be one of the app's Origins."
            : null,
    };

    private static Setting<AppOptions> LoginUrl => new TextSetting<AppOptions>
    {
        Name = nameof(CompleteAppOptions.LoginUrl),
        Option = "login-url",
        Label = "Login page",
        Help = "The path of the page with the login, such as /login.",
        Meaning = "the path of the page with the login, such as `/login`",
        Default = "`/`",
        Unsaid = "/",
        Section = Accounts,
        Get = app => app.Complete.LoginUrl,
        Set = (app, text) => app.Complete.LoginUrl = text is { Length: > 0 } ? text : "/",
        Each = Targets.BrokenPath,
    };

    private static Setting<AppOptions> RedirectUrl => new TextSetting<AppOptions>
    {
        Name = nameof(CompleteAppOptions.RedirectUrl),
        Option = "redirect-url",
        Label = "Page after the login",
        Help = "A path, or a URL on one of the app's origins.",
        Meaning = "where people go once they have signed in: a path, or a URL on one of the app's origins",
        Default = "`/`",
        Unsaid = "/",
        Section = Accounts,
        Get = app => app.Complete.RedirectUrl,
        Set = (app, text) => app.Complete.RedirectUrl = text is { Length: > 0 } ? text : "/",
        Rule = (app, _) => Targets.BrokenTarget(app.Complete.RedirectUrl, app),
    };

    private static Setting<AppOptions> AllowedIdentifier => new TextSetting<AppOptions>
    {
        Name = nameof(CompleteAppOptions.AllowedIdentifier),
        Option = "allowed-identifier",
        Label = "People sign up with",
        Help = "What an account may be made with.",
        Meaning = "what people may sign up with: `email`, `phone`, or `both`, which means either of them",
        Default = "`both`",
        Unsaid = "both",
        Words = [("both", "an email address or a phone number"), ("phone", "a phone number"), ("email", "an email address")],
        Section = Accounts,
        Get = app => app.Complete.AllowedIdentifier,
        Set = (app, word) => app.Complete.AllowedIdentifier = word ?? "",
    };

    private static Setting<AppOptions> RequiredIdentifier => new TextSetting<AppOptions>
    {
        Name = nameof(CompleteAppOptions.RequiredIdentifier),
        Option = "required-identifier",
        Label = "An account must have",
        Help = "What users cannot take away from their account.",
        Meaning = "what an account must have: `email`, `phone`, `both`, or `either` of them",
        Default = "`either`",
        Unsaid = "either",
        Words = [("either", "either of them"), ("both", "both"), ("phone", "a phone number"), ("email", "an email address")],
        Section = Accounts,
        Get = app => app.Complete.RequiredIdentifier,
        Set = (app, word) => app.Complete.RequiredIdentifier = word ?? "",
        Rule = (app, _) => app.Complete is { AllowedIdentifier: "email" or "phone" } complete
            && complete.RequiredIdentifier != "either" && complete.RequiredIdentifier != complete.AllowedIdentifier
            ? $"is '{complete.RequiredIdentifier}', and AllowedIdentifier is '{complete.AllowedIdentifier}': nobody could sign up."
            : null,
    };

    private static Setting<AppOptions> PublicSignup => new FlagSetting<AppOptions>
    {
        Name = nameof(CompleteAppOptions.PublicSignup),
        Option = "public-signup",
        Label = "Sign-up",
        Help = "Whether strangers may make themselves an account.",
        Meaning = "whether strangers may sign up; else only backends and operators make accounts",
        Default = "`true`",
        Unsaid = true,
        Words = [("true", "open to everybody"), ("false", "closed: you make the accounts")],
        Section = Accounts,
        Get = app => app.Complete.PublicSignup,
        Set = (app, flag) => app.Complete.PublicSignup = flag,
    };

    private static Setting<AppOptions> RequireIdentifierVerification => new FlagSetting<AppOptions>
    {
        Name = nameof(CompleteAppOptions.RequireIdentifierVerification),
        Option = "require-identifier-verification",
        Label = "Verify addresses and numbers",
        Help = "An account has to prove its email address or phone number before it gets a passkey, or signs in with one.",
        Meaning = "an account has to prove its email address or phone number before it gets a passkey, or signs in with one",
        Default = "`false`",
        Section = Accounts,
        Get = app => app.Complete.RequireIdentifierVerification,
        Set = (app, flag) => app.Complete.RequireIdentifierVerification = flag,
    };

    private static Setting<AppOptions> HideAccounts => new FlagSetting<AppOptions>
    {
        Name = nameof(CompleteAppOptions.HideAccounts),
        Option = "hide-accounts",
        Label = "Hide which accounts exist",
        Help = "A sign-in with an unknown address or number then looks like any other, until it fails. With codes or links on, so does a "
            + "sign-up.",
        Meaning = "a sign-in with an unknown address or number looks like any other, until it fails; with codes or links on, a sign-up too",
        Default = "`false`",
        Section = Accounts,
        Get = app => app.Complete.HideAccounts,
        Set = (app, flag) => app.Complete.HideAccounts = flag,
    };

    private static Setting<AppOptions> DefaultLanguage => new TextSetting<AppOptions>
    {
        Name = nameof(CompleteAppOptions.DefaultLanguage),
        Option = "default-language",
        Label = "Language",
        Help = "Of messages to users whose own language is not known.",
        Meaning = "the language of messages to users whose own is not known: `de`, `en`, `es`, `fr`, `it`, `pl`, `pt`, `zh`",
        Default = "`en`",
        Unsaid = "en",
        Words = ["de", "en", "es", "fr", "it", "pl", "pt", "zh"],
        Section = Accounts,
        Get = app => app.Complete.DefaultLanguage,
        Set = (app, word) => app.Complete.DefaultLanguage = word ?? "",
    };

    private static Setting<AppOptions> Methods => new PartSetting<AppOptions, MethodsOptions>
    {
        Name = nameof(CompleteAppOptions.Methods),
        Meaning = "how people sign in: passkeys, one-time codes, links in messages; and how long a code and a link are good; whether "
            + "the page that asked for a link is signed in when it was opened",
        Default = "passkeys; 5 minutes; on the same network",
        Part = app => app.Complete.Methods,
        Parts =
        [
            Flag<MethodsOptions>(nameof(MethodsOptions.Passkeys), "passkeys", "Passkeys", "People sign in with passkeys.", Accounts,
                unsaid: true, methods => methods.Passkeys, (methods, flag) => methods.Passkeys = flag),
            Flag<MethodsOptions>(nameof(MethodsOptions.Otp), "otp", "One-time codes", "People may ask for a code by email or SMS.",
                Accounts, unsaid: false, methods => methods.Otp, (methods, flag) => methods.Otp = flag),
            Flag<MethodsOptions>(nameof(MethodsOptions.MagicLink), "magic-link", "Links", "People may ask for a link by email or SMS.",
                Accounts, unsaid: false, methods => methods.MagicLink, (methods, flag) => methods.MagicLink = flag),
            Span<MethodsOptions>(nameof(MethodsOptions.OtpTtl), "otp-ttl", "A code is good for", "How long a one-time code is good.",
                Accounts, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1),
                methods => methods.OtpTtl, (methods, span) => methods.OtpTtl = span),
            Span<MethodsOptions>(nameof(MethodsOptions.MagicLinkTtl), "magic-link-ttl", "A link is good for", "How long a link is good.",
                Accounts, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1),
                methods => methods.MagicLinkTtl, (methods, span) => methods.MagicLinkTtl = span),
            new TextSetting<MethodsOptions>
            {
                Name = nameof(MethodsOptions.MagicLinkDelivery),
                Option = "magic-link-delivery",
                Label = "The page that asked for a link",
                Help = "Whether it is signed in once the link was opened. A mail scanner opens links too: 'always' is not safe.",
                Meaning = "whether the page that asked for a link is signed in once it was opened: `same_network`, if that was on the "
                    + "page's own network; `always`, wherever it was, as Passage did it, so that a mail scanner's click is enough; `never`",
                Default = $"`{MethodsOptions.DeliverOnSameNetwork}`",
                Unsaid = MethodsOptions.DeliverOnSameNetwork,
                Words =
                [
                    (MethodsOptions.DeliverOnSameNetwork, "is signed in if it was opened on the same network"),
                    (MethodsOptions.DeliverAlways, "is signed in wherever it was opened (unsafe)"),
                    (MethodsOptions.DeliverNever, "is never signed in"),
                ],
                Section = Accounts,
                Get = methods => methods.MagicLinkDelivery,
                Set = (methods, word) => methods.MagicLinkDelivery = word ?? "",
            },
        ],
    };

    private static Setting<AppOptions> Session => new PartSetting<AppOptions, SessionOptions>
    {
        Name = nameof(CompleteAppOptions.Session),
        Meaning = "how long a token is good; whether sessions go on by refresh tokens; when they end, used or not; how long the token "
            + "before is still answered; and how long ago a sign-in may be that adds or removes a passkey",
        Default = "10 minutes; on; 30 days, 7 days; 30 seconds; 1 hour",
        Part = app => app.Complete.Session,
        Parts =
        [
            Span<SessionOptions>(nameof(SessionOptions.TokenLifetime), "token-lifetime", "A token is good for", "How long a token is good.",
                Sessions, TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(10), TimeSpan.FromDays(366),
                session => session.TokenLifetime, (session, span) => session.TokenLifetime = span),
            Flag<SessionOptions>(nameof(SessionOptions.Refresh), "refresh", "Refresh tokens", "A session goes on after its first token.",
                Sessions, unsaid: true, session => session.Refresh, (session, flag) => session.Refresh = flag),
            Span<SessionOptions>(nameof(SessionOptions.RefreshAbsolute), "refresh-absolute", "A session ends after",
                "When a session ends however much it is used.", Sessions, TimeSpan.FromDays(30), TimeSpan.FromSeconds(10),
                TimeSpan.FromDays(3660), session => session.RefreshAbsolute, (session, span) => session.RefreshAbsolute = span),
            Span<SessionOptions>(nameof(SessionOptions.RefreshInactivity), "refresh-inactivity", "A session that is not used ends after",
                "When a session ends that nobody uses.", Sessions, TimeSpan.FromDays(7), TimeSpan.FromSeconds(10),
                TimeSpan.FromDays(3660), session => session.RefreshInactivity, (session, span) => session.RefreshInactivity = span),
            Span<SessionOptions>(nameof(SessionOptions.RefreshGrace), "refresh-grace", "Grace for the token before",
                "How long the refresh token before still gets the same successor, for two tabs and lost answers.", Sessions,
                TimeSpan.FromSeconds(30), TimeSpan.Zero, TimeSpan.FromMinutes(5),
                session => session.RefreshGrace, (session, span) => session.RefreshGrace = span),
            Span<SessionOptions>(nameof(SessionOptions.RecentSignIn), "recent-sign-in", "A sign-in is recent for",
                "How long ago a sign-in may be that adds or removes a passkey.", Sessions, TimeSpan.FromHours(1), TimeSpan.FromSeconds(10),
                TimeSpan.FromDays(3660), session => session.RecentSignIn, (session, span) => session.RecentSignIn = span),
        ],
    };

    private static Setting<AppOptions> UserMetadata => new RecordsSetting<AppOptions, MetadataFieldOptions>
    {
        Name = nameof(CompleteAppOptions.UserMetadata),
        Option = "user-metadata",
        Label = "Fields of a user",
        Help = "A name and a type (string, boolean, integer, date, phone, email), then if you like profile, registration, a label. "
            + "Put quotes around a label with a comma in it.",
        Example = "NAME=TYPE[,profile][,registration][,LABEL]",
        Meaning = "a field of what accounts say of their users: its name; its type, `string`, `boolean`, `integer`, `date`, `phone` or "
            + "`email`; what people are shown; whether users may change it; whether it is given at sign-up",
        Default = "",
        None = "none",
        Section = Accounts,
        List = app => app.Complete.UserMetadata,
        ToWords = one =>
        [
            one.Name, one.Type, .. one.Profile ? ["profile"] : Array.Empty<string>(),
            .. one.Registration ? ["registration"] : Array.Empty<string>(),
            .. one.FriendlyName is { Length: > 0 } label ? [label] : Array.Empty<string>(),
        ],
        OfWords = words => new MetadataFieldOptions
        {
            Name = words is [var name, ..] ? name : "",
            Type = words is [_, var type, ..] ? type : "string",
            Profile = words.Skip(2).Contains("profile"),
            Registration = words.Skip(2).Contains("registration"),
            FriendlyName = string.Join(' ', words.Skip(2).Where(word => word is not ("profile" or "registration")))
                is { Length: > 0 } label ? label : null,
        },
        Parts =
        [
            new TextSetting<MetadataFieldOptions>
            {
                Name = nameof(MetadataFieldOptions.Name),
                IsRequired = true,
                Get = one => one.Name,
                Set = (one, text) => one.Name = text ?? "",
                Each = name => name.Length is > 0 and <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
                    ? null
                    : $"is '{name}' and should be 1 to 64 letters, digits and '_'.",
            },
            new TextSetting<MetadataFieldOptions>
            {
                Name = nameof(MetadataFieldOptions.Type),
                Words = ["string", "boolean", "integer", "date", "phone", "email"],
                Get = one => one.Type,
                Set = (one, text) => one.Type = text ?? "",
            },
            new TextSetting<MetadataFieldOptions>
            {
                Name = nameof(MetadataFieldOptions.FriendlyName),
                IsOptional = true,
                Get = one => one.FriendlyName,
                Set = (one, text) => one.FriendlyName = text,
                Each = AppRules.BrokenText,
            },
            new FlagSetting<MetadataFieldOptions>
            {
                Name = nameof(MetadataFieldOptions.Profile),
                Unsaid = true,
                Get = one => one.Profile,
                Set = (one, flag) => one.Profile = flag,
            },
            new FlagSetting<MetadataFieldOptions>
            {
                Name = nameof(MetadataFieldOptions.Registration),
                Get = one => one.Registration,
                Set = (one, flag) => one.Registration = flag,
            },
        ],
        Rule = (app, _) => app.Complete.UserMetadata.GroupBy(one => one.Name, StringComparer.Ordinal)
            .FirstOrDefault(same => same.Count() > 1)
            is { } twice
            ? $"has the field '{twice.Key}' twice."
            : null,
    };

    private static RecordsSetting<AppOptions, ElementStyleOptions> Styling(
        string name, string option, string label, Func<CompleteAppOptions, IList<ElementStyleOptions>> list) => new()
        {
            Name = name,
            Option = option,
            Label = label,
            Help = "A style of Passage's elements and its value, such as primary_button_background_color #121212.",
            Example = "NAME=VALUE",
            Meaning = "a style of Passage's elements, such as `primary_button_background_color`, and its value: a colour, pixels or a font",
            Default = "",
            None = "none",
            Section = Elements,
            List = app => list(app.Complete),
            ToWords = style => [style.Name, style.Value],
            OfWords = words => new ElementStyleOptions
            {
                Name = words is [var first, ..] ? first : "",
                Value = string.Join(' ', words.Skip(1)),
            },
            Parts =
            [
                new TextSetting<ElementStyleOptions>
                {
                    Name = nameof(ElementStyleOptions.Name),
                    IsRequired = true,
                    Words = [.. Styles],
                    Get = style => style.Name,
                    Set = (style, text) => style.Name = text ?? "",
                },
                new TextSetting<ElementStyleOptions>
                {
                    Name = nameof(ElementStyleOptions.Value),
                    IsRequired = true,
                    Get = style => style.Value,
                    Set = (style, text) => style.Value = text ?? "",
                    Each = value => value.Length is > 0 and <= 64
                        && value.All(letter => char.IsLetterOrDigit(letter) || letter is '#' or ' ')
                        ? null
                        : $"is '{value}' and should be a colour such as #121212, a number of pixels, or a font.",
                },
            ],
        };

    private static FlagSetting<T> Flag<T>(
        string name, string option, string label, string help, SettingSection section, bool unsaid, Func<T, bool> get, Action<T, bool> set)
        where T : class => new()
        {
            Name = name,
            Option = option,
            Label = label,
            Help = help,
            Meaning = help,
            Default = unsaid ? "`true`" : "`false`",
            Unsaid = unsaid,
            Words = unsaid ? [("true", "on"), ("false", "off")] : [],
            Section = section,
            Get = get,
            Set = set,
        };

    private static SpanSetting<T> Span<T>(
        string name, string option, string label, string help, SettingSection section, TimeSpan unsaid, TimeSpan least, TimeSpan most,
        Func<T, TimeSpan> get, Action<T, TimeSpan> set)
        where T : class => new()
        {
            Name = name,
            Option = option,
            Label = label,
            Help = help,
            Meaning = help,
            Default = $"`{unsaid:c}`",
            None = unsaid.ToString("c"),
            Unsaid = unsaid,
            Most = most,
            HasZero = least == TimeSpan.Zero,
            Section = section,
            Get = holder => get(holder),
            Set = (holder, span) => set(holder, span ?? unsaid),
            Rule = (holder, _) => get(holder) < least || get(holder) > most
                ? $"is {get(holder):c} and should be from {least:c} to {most:c}."
                : null,
        };
}
