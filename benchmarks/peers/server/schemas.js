// What fastify validates, and serialises without JSON.stringify: its documentation asks for a schema of every response.
const string = { type: 'string', minLength: 1 };
const optional = { type: ['string', 'null'] };
const object = (properties, required = Object.keys(properties)) => ({ type: 'object', properties, required });

export const createAuthenticateTransaction = {
  body: object({ external_id: string }),
  response: { 201: object({ transaction_id: string }) },
};

export const startAuthentication = {
  body: object({ transaction_id: optional }, []),
  response: {
    200: object({
      handshake: object({
        id: string,
        challenge: object({
          publicKey: object({
            rpId: string,
            challenge: string,
            timeout: { type: 'integer' },
            userVerification: string,
            allowCredentials: {
              type: 'array',
              items: object({ id: string, type: string, transports: { type: 'array', items: string } }, ['id', 'type']),
            },
          }),
        }),
      }),
      transaction_id: optional,
    }, ['handshake']),
  },
};

export const finishAuthentication = {
  body: object({
    handshake_id: string,
    handshake_response: object({
      id: string,
      rawId: string,
      type: string,
      response: object(
        { clientDataJSON: string, authenticatorData: string, signature: string, userHandle: optional },
        ['clientDataJSON', 'authenticatorData', 'signature']),
    }),
    transaction_id: optional,
  }, ['handshake_id', 'handshake_response']),
  response: { 200: object({ nonce: string }) },
};

export const verifyNonce = {
  body: object({ nonce: string }),
  response: { 200: object({ external_id: string }) },
};
