using System.Diagnostics.CodeAnalysis;

namespace OpenPassage.WebAuthn;

/// <summary>The two ceremonies of WebAuthn.</summary>
public enum Ceremony
{
    /// <summary>§7.1: a credential is made.</summary>
    Registration,

    /// <summary>§7.2: a credential is used.</summary>
    Authentication,
}

/// <summary>
/// What the core says of a response: a value when every step passed, else the one reason why not. <c>default</c>, which no call
/// returns, is a refusal too: <see cref="Rejection.NotJudged"/>.
/// </summary>
/// <typeparam name="T"><c>Registration</c> or <c>Authentication</c>, or a response that was read.</typeparam>
public readonly struct Verdict<T>
    where T : class
{
    private readonly Rejection? rejection;

    private Verdict(T? value, Rejection? rejection)
    {
        Value = value;
        this.rejection = rejection;
    }

    /// <summary>True when every step passed.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Rejection))]
    public bool Ok => Value is not null;

    /// <summary>The result, when <see cref="Ok"/>.</summary>
    public T? Value { get; }

    /// <summary>Why the response was refused, unless <see cref="Ok"/>.</summary>
    public Rejection? Rejection => Value is null ? rejection ?? WebAuthn.Rejection.NotJudged : null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">The response was refused; the message carries code and sentence.</exception>
    public T GetOrThrow() => Ok ? Value : throw new InvalidOperationException($"{Rejection.Code}: {Rejection.Sentence}");

    /// <summary>Every step passed.</summary>
    public static implicit operator Verdict<T>(T value) => new(value, rejection: null);

    /// <summary>A step refused.</summary>
    public static implicit operator Verdict<T>(Rejection rejection) => new(value: null, rejection);
}
