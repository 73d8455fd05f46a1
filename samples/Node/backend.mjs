// A site with a password login that adds passkeys. Node's own library, and passage.mjs; no package.
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { passage, PassageError } from './passage.mjs';

const { PASSAGE_URL = 'http://localhost:8420', PASSAGE_APP_ID = 'demo', PASSAGE_API_KEY = '', PORT = '8421' } = process.env;
const passkeys = passage(PASSAGE_URL, PASSAGE_APP_ID, PASSAGE_API_KEY);
const page = readFileSync(new URL('page.html', import.meta.url), 'utf8')
  .replaceAll('{{server}}', PASSAGE_URL)
  .replaceAll('{{app}}', PASSAGE_APP_ID);

// The site's own users and sessions, as it had them before. Your own id of a user is what the passkey server knows.
const hash = (password, salt) => scryptSync(password, salt, 32);
const salt = randomBytes(16);
const users = new Map([['alice', { id: 'user-1', password: hash('correct horse', salt) }]]);
const sessions = new Map();

const operations = {
  'POST /password': ({ name, password }) => {
    const user = users.get(name);
    const right = timingSafeEqual(hash(String(password), salt), user?.password ?? randomBytes(32));
    if (!user || !right) throw new PassageError(401, { code: 'wrong_password', error: 'Name or password is wrong.' });
    return signIn(user.id);
  },

  // Whoever is signed in may add a passkey. A real site asks for the password again when the session is old.
  'POST /passkeys/add': async (_, user) => ({ transaction: await passkeys.createRegisterTransaction(signedIn(user), 'alice') }),

  // Both of the page's ceremonies end in a nonce: the server says whose it is and what it proves. A passkey that was only made signs
  // nobody in.
  'POST /passkeys/verify': async ({ nonce }, user) => {
    const { external_id: id, ceremony } = await passkeys.verifyNonce(String(nonce));
    if (ceremony === 'authenticate') return signIn(id);
    if (id !== user) {
      throw new PassageError(403, { code: 'not_a_sign_in', error: 'Making a passkey does not sign you in. Sign in with it.' });
    }
    return { user };
  },

  'GET /passkeys': async (_, user) => {
    const devices = await passkeys.listDevices(signedIn(user));
    return { devices: devices.map(({ id, friendly_name }) => ({ id, name: friendly_name })) };
  },
  // Answers which passkeys are left: the page tells the browser, which stops offering the one that is gone.
  'POST /passkeys/remove': async ({ id }, user) => ({ signals: (await passkeys.revokeDevice(signedIn(user), String(id))).signals }),
  'POST /sign-out': () => ({ cookie: 'session=; Max-Age=0; Path=/' }),
};

function signedIn(user) {
  if (!user) throw new PassageError(401, { code: 'signed_out', error: 'Sign in first.' });
  return user;
}

function signIn(user) {
  const session = randomBytes(32).toString('base64url');
  sessions.set(session, user);
  return { user, cookie: `session=${session}; HttpOnly; SameSite=Strict; Path=/` };
}

async function read(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 10_000) throw new PassageError(413, { code: 'too_large', error: 'That is too much.' });
  }
  return text ? JSON.parse(text) : {};
}

createServer(async (request, response) => {
  try {
    if (request.url === '/') return void response.setHeader('Content-Type', 'text/html; charset=utf-8').end(page);
    const operation = operations[`${request.method} ${request.url}`];
    if (!operation) return void response.writeHead(404).end();
    const user = sessions.get(/session=([\w-]+)/.exec(request.headers.cookie)?.[1]);
    const { cookie, ...answer } = await operation(await read(request), user);
    if (cookie) response.setHeader('Set-Cookie', cookie);
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
  } catch (error) {
    const known = error instanceof PassageError;
    if (!known) console.error(error);
    response.writeHead(known ? error.status : 500, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ code: error.code, error: known ? error.message : 'Something went wrong.' }));
  }
}).listen(PORT, 'localhost', () => console.log(`http://localhost:${PORT}`));
