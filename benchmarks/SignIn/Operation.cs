namespace OpenPassage.Benchmarks.SignIn;

/// <summary>The calls of registrations and sign-ins: of Flex, then of Complete.</summary>
internal enum Operation
{
    CreateRegisterTransaction,
    StartRegistration,
    FinishRegistration,
    CreateAuthenticateTransaction,
    StartAuthentication,
    FinishAuthentication,
    VerifyNonce,

    StartSignUp,
    FinishSignUp,
    StartLogin,
    FinishLogin,
    RefreshSession,
}
