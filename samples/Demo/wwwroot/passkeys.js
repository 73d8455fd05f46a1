// The browser SDK, from the passkey server itself.

const { content: server, dataset: { app } } = document.querySelector('meta[name=passage]');

/** The SDK's calls; null when the server does not answer, or this site is not one of its apps. */
export const passkey = await load().catch(() => null);

/** Signing in, in the way that suits the browser. */
export const signIn = async (how) => (await import(new URL('openpassage-signin.js', server))).signIn(passkey, how);

/** Why passkeys cannot work here, as a sentence; null when they can. */
export const obstacle = passkey ? passkey.obstacle()?.message : app
  ? 'The passkey server does not answer. You can still use your password.'
  : 'This site is not an app of the passkey server, so it can only use passwords.';

async function load() {
  if (!app) return null;
  const { PassageFlex } = await import(new URL('openpassage.js', server));
  return new PassageFlex(app).passkey;
}
