using System.Text.Json;
using OpenPassage.Server.Apps;
using OpenPassage.Server.Audit;
using OpenPassage.Server.Complete.Accounts;
using OpenPassage.Server.Complete.Links;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Http;
using OpenPassage.Server.Users;
using OpenPassage.Server.Values;
using static OpenPassage.Server.Sql.Parameter;

namespace OpenPassage.Server.Complete.Management;

/// <summary>
/// Accounts as those who manage an app make and change them, each change with its line in the audit. What cannot be done throws
/// <see cref="RefusedException"/>. Activating, deactivating and removing are every product's (<see cref="Manage.ManagedUsers"/>).
/// </summary>
internal sealed class ManagedAccounts(AccountStore accounts, AccountChanges changes, AuditStore audit)
{
    private const string IsThere = "EXISTS (SELECT 1 FROM users WHERE app_id = @app AND user_id = @user)";

    public async ValueTask<Account> GetAsync(AppId app, string userId, CancellationToken cancellationToken)
        => await accounts.GetAsync(app, userId, cancellationToken) ?? throw new RefusedException(Refusal.UserNotFound);

    /// <summary>Makes a pending account, which no stranger can go on with.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="names">What it goes by.</param>
    /// <param name="metadata">An object, null, or nothing; any of the app's fields.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    public async ValueTask<Account> CreateAsync(
        App app, IReadOnlyList<AccountIdentifier> names, JsonElement metadata, Actor actor, CancellationToken cancellationToken)
    {
        var settings = app.Settings.Complete;
        Refuse(names.Select(name => AccountRules.WhyNotAllowed(settings, name)).FirstOrDefault(complaint => complaint is not null));
        Refuse(AccountRules.WhatIsMissing(settings, Has(names, IdentifierKind.Email), Has(names, IdentifierKind.Phone)));
        var (json, wrong) = MetadataSchema.Merge(settings.UserMetadata, known: null, metadata, _ => true);
        Refuse(wrong);
        var said = ToJson(Value(names, IdentifierKind.Email), Value(names, IdentifierKind.Phone), json);
        return await accounts.CreateAsync(
                app.Id, names, json, signedUp: false,
                id => audit.Line(app.Id, actor, nameof(CreateAccount), id, before: null, said, IsThere, [Text("user", id)]),
                cancellationToken)
            ?? throw new RefusedException(CompleteRefusals.UserExists);
    }

    /// <summary>Changes what an account goes by and what it says of its user.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="userId">Which.</param>
    /// <param name="names">What it goes by in the place of what it has of that kind; unproven unless it is the same.</param>
    /// <param name="removed">The kinds that it has none of from now on.</param>
    /// <param name="metadata">Merged into what is known; null takes a field away.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Ends it before it is written.</param>
    public async ValueTask<Account> UpdateAsync(
        App app, string userId, IReadOnlyList<AccountIdentifier> names, IReadOnlyList<IdentifierKind> removed, JsonElement metadata,
        Actor actor, CancellationToken cancellationToken)
    {
        var settings = app.Settings.Complete;
        for (var tries = 0; tries < 3; tries++)
        {
            var known = await GetAsync(app.Id, userId, cancellationToken);
            AccountIdentifier[] set =
            [
                .. names.Where(name => !known.Identifiers.Any(one => one.Kind == name.Kind.Word && one.Value == name.Value)),
            ];
            Identifier[] goes =
            [
                .. known.Identifiers.Where(one
                    => removed.Any(kind => kind.Word == one.Kind) || set.Any(name => name.Kind.Word == one.Kind)),
            ];
            var (json, wrong) = MetadataSchema.Merge(settings.UserMetadata, known.User.Metadata, metadata, _ => true);
            Refuse(wrong);
            Refuse(set.Select(name => AccountRules.WhyNotAllowed(settings, name)).FirstOrDefault(complaint => complaint is not null));
            var (email, phone) = (After(IdentifierKind.Email), After(IdentifierKind.Phone));
            // What the app has come to ask for since then is no reason to refuse another change.
            if (goes.Length > set.Length)
                Refuse(AccountRules.WhatIsMissing(settings, email is not null, phone is not null));
            if (set is [] && goes is [] && json == known.User.Metadata)
                return known;

            var kinds = string.Join(", ", set.Select(one => one.Kind.Word).Concat(goes.Select(one => one.Kind)).Append("").Select(Quoted));
            var (before, after) = (ToJson(known.Email?.Value, known.Phone?.Value, known.User.Metadata), ToJson(email, phone, json));
            if (await changes.TryAsync(
                    known, new(set, goes, json),
                    (when, parameters) => audit.Line(app.Id, actor, nameof(UpdateAccount), userId, before, after, when, parameters),
                    // What the user has asked for of this kind, and whatever would take that back, is out of date.
                    when => LinkStore.Ending($"kind IN ({kinds}) AND {when}"),
                    cancellationToken))
                return await GetAsync(app.Id, userId, cancellationToken);
            foreach (var name in set)
            {
                if (await accounts.FindAsync(app.Id, name, cancellationToken) is { } other && other.User.Id != userId)
                    throw new RefusedException(CompleteRefusals.UserExists);
            }

            string? After(string kind) => Value(set, kind) ?? known.Identifiers.Except(goes).FirstOrDefault(one => one.Kind == kind)?.Value;
        }

        throw new RefusedException(Refusal.Busy);
    }

    // A kind's word is ours.
    private static string Quoted(string word) => $"'{word}'";

    private static void Refuse(string? complaint)
    {
        if (complaint is not null)
            throw new RefusedException(Refusal.InvalidRequest.Because(complaint));
    }

    private static bool Has(IReadOnlyList<AccountIdentifier> names, string kind) => Value(names, kind) is not null;

    private static string? Value(IReadOnlyList<AccountIdentifier> names, string kind)
        => names.FirstOrDefault(name => name.Kind.Word == kind)?.Value;

    private static string ToJson(string? email, string? phone, string? metadata) => JsonSerializer.Serialize(
        new AuditedAccount(email, phone, metadata is null ? null : JsonElement.Parse(metadata)), ManagementWire.Default.AuditedAccount);
}

/// <summary>An account as the audit keeps it.</summary>
internal sealed record AuditedAccount(string? Email, string? Phone, JsonElement? UserMetadata);
