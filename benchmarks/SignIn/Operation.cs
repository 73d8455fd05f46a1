namespace OpenPassage.Benchmarks.SignIn;

/// <summary>The calls of registrations and sign-ins.</summary>
internal enum Operation
{
    CreateRegisterTransaction,
    StartRegistration,
    FinishRegistration,
    CreateAuthenticateTransaction,
    StartAuthentication,
    FinishAuthentication,
    VerifyNonce,
}
