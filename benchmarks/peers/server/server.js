import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import Fastify from 'fastify';
import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server';
import * as schemas from './schemas.js';

const FIVE_MINUTES = 300_000;

class ApiError extends Error {
  constructor(statusCode, code, message) {
    super(message);
    Object.assign(this, { statusCode, code });
  }
}

const newId = () => randomBytes(24).toString('base64url');
const sha256 = (text) => createHash('sha256').update(text).digest();

export function buildServer({ appId, apiKey, rpId, origin }, store) {
  const server = Fastify();
  const keyHash = sha256(apiKey);

  server.setErrorHandler((error, request, reply) => {
    const status = error.statusCode ?? 500;
    const code = error instanceof ApiError ? error.code : status < 500 ? 'invalid_request' : 'internal_server_error';
    if (status >= 500) console.error(error);
    reply.code(status).send({ code, error: error.message });
  });

  const requireApp = async (request) => {
    if (request.params.app !== appId) throw new ApiError(404, 'app_not_found', 'There is no such app.');
  };
  const requireKey = async (request) => {
    const key = request.headers.authorization?.startsWith('Bearer ') ? request.headers.authorization.slice(7) : '';
    if (!timingSafeEqual(sha256(key), keyHash)) throw new ApiError(401, 'invalid_access_token', 'The API key is not valid.');
  };
  const fromBackend = [requireKey, requireApp];
  const fromBrowser = [requireApp];

  server.get('/health/ready', async () => ({ status: 'ready' }));

  server.post('/v1/apps/:app/transactions/authenticate',
    { schema: schemas.createAuthenticateTransaction, onRequest: fromBackend },
    async (request, reply) => {
      const user = await store.findUser(request.body.external_id);
      if (!user) throw new ApiError(404, 'user_not_found', 'There is no such user.');
      if (!user.hasPasskeys) throw new ApiError(409, 'user_has_no_passkeys', 'The user has no passkeys.');
      const id = newId();
      await store.addTransaction(id, user.id, Date.now() + FIVE_MINUTES);
      reply.code(201);
      return { transaction_id: id };
    });

  server.post('/v1/apps/:app/authenticate/transactions/webauthn/start',
    { schema: schemas.startAuthentication, onRequest: fromBrowser },
    async (request) => {
      const transactionId = request.body.transaction_id ?? null;
      const passkeys = transactionId ? await store.findPasskeysOfTransaction(transactionId, Date.now()) : [];
      if (transactionId && passkeys.length === 0) {
        throw new ApiError(404, 'transaction_not_found', 'The transaction is unknown or has expired.');
      }
      const publicKey = await generateAuthenticationOptions({
        rpID: rpId,
        userVerification: 'required',
        timeout: FIVE_MINUTES,
        allowCredentials: passkeys.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
      });
      const id = newId();
      await store.addHandshake(id, publicKey.challenge, transactionId, Date.now() + FIVE_MINUTES);
      return { handshake: { id, challenge: { publicKey } }, transaction_id: transactionId };
    });

  server.post('/v1/apps/:app/authenticate/transactions/webauthn/finish',
    { schema: schemas.finishAuthentication, onRequest: fromBrowser },
    async (request) => {
      const { handshake_id: handshakeId, handshake_response: response, transaction_id: transactionId = null } = request.body;
      const refused = transactionId
        ? new ApiError(401, 'webauthn_login_failed', 'The passkey was not accepted.')
        : new ApiError(401, 'discoverable_login_failed', 'The passkey was not accepted.');
      const found = await store.findHandshakeAndPasskey(handshakeId, response.id, Date.now());
      if (!found || found.transactionId !== transactionId) throw refused;

      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: found.challenge,
        expectedOrigin: origin,
        expectedRPID: rpId,
        requireUserVerification: true,
        credential: { id: response.id, publicKey: found.publicKey, counter: found.counter, transports: found.transports },
      }).catch(() => ({ verified: false }));
      if (!verified) throw refused;

      const nonce = newId();
      const now = Date.now();
      const first = await store.finish({
        handshakeId,
        transactionId,
        nonce,
        nonceExpiresAt: now + FIVE_MINUTES,
        externalId: found.externalId,
        credentialId: response.id,
        counter: authenticationInfo.newCounter,
        backedUp: authenticationInfo.credentialBackedUp,
        now,
      });
      if (!first) throw refused;
      return { nonce };
    });

  server.post('/v1/apps/:app/authenticate/verify',
    { schema: schemas.verifyNonce, onRequest: fromBackend },
    async (request) => {
      const externalId = await store.takeNonce(request.body.nonce, Date.now());
      if (externalId === undefined) throw new ApiError(401, 'invalid_nonce', 'The nonce is not valid.');
      return { external_id: externalId };
    });

  return server;
}
