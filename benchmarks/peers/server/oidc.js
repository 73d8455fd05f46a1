// The peer of ./bench complete: refreshes by oidc-provider, each with a new refresh token and a JWT signed with RS256, from a public
// client as browsers are. README.md lists the settings.
import { generateKeyPair } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import Provider from 'oidc-provider';

const port = Number(process.env.PORT ?? 8430);
const { Models, deleteExpired } = await open(process.env.STORE ?? 'sqlite');
const RESOURCE = 'urn:bench';
const CLIENT = process.env.CLIENT_ID ?? 'bench';
const SCOPE = 'api';
const DAY = 86_400;

const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: Models,
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'bench' }] },
  clients: [{
    client_id: CLIENT,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: ['https://bench.example/'],
    response_types: ['code'],
  }],
  clientBasedCORS: (ctx, origin) => origin === process.env.ORIGIN,
  cookies: { keys: ['not used here'] },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: SCOPE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 600,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  rotateRefreshToken: true,
  scopes: ['openid', 'offline_access', SCOPE],
  ttl: { AccessToken: 600, Grant: 30 * DAY, RefreshToken: 7 * DAY },
});
provider.on('server_error', (ctx, error) => console.error(error));

if (process.env.SEED) writeFileSync(process.env.TOKENS, JSON.stringify(await seed(JSON.parse(readFileSync(process.env.SEED, 'utf8')))));
setInterval(() => deleteExpired(), 60_000);

const answer = provider.callback();
createServer((request, response) => {
  if (request.url === '/health/ready') response.end('ready');
  else answer(request, response);
}).listen(port, '127.0.0.1');

async function open(store) {
  switch (store) {
    case 'pg': return (await import('./models-pg.js')).open(process.env);
    case 'sqlite': return (await import('./models-sqlite.js')).open(process.env);
    default: throw new Error(`STORE is "pg" or "sqlite", not "${store}".`);
  }
}

// Everybody has signed in and said yes: what an authorization code would have been exchanged for.
async function seed(names) {
  const client = await provider.Client.find(CLIENT);
  const tokens = [];
  for (const accountId of names) {
    const grant = new provider.Grant({ accountId, clientId: CLIENT });
    grant.addResourceScope(RESOURCE, SCOPE);
    const grantId = await grant.save();
    const token = new provider.RefreshToken({
      accountId,
      amr: ['swk', 'user'],
      authTime: Math.floor(Date.now() / 1000),
      client,
      grantId,
      gty: 'authorization_code',
      resource: RESOURCE,
      scope: SCOPE,
    });
    tokens.push(await token.save());
  }
  return tokens;
}
