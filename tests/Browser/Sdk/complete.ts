// What a site in TypeScript writes whose login is Passkey Complete. Checked against the shipped types, never run.
import {
  Passage, PassageError, PassageFlex, PassageTokenStore,
  type AuthResult, type CurrentUser, type LinkInAddress, type MagicLink, type OneTimePasscode, type PasskeyInfo,
  type PublicUserInfo, type SessionInfo, type TokenStore,
} from 'openpassage/complete';
import { signIn } from 'openpassage/signin';

class Memory implements TokenStore {
  #token = '';
  async getAuthToken(): Promise<string> { return this.#token; }
  async setTokens({ authToken }: AuthResult): Promise<void> { this.#token = authToken; }
  async clearTokens(): Promise<void> { this.#token = ''; }
}

const { app, passkey, oneTimePasscode, magicLink, session, currentUser } = new Passage('app', {
  baseUrl: 'https://passkeys.example.com',
  tokenStore: new PassageTokenStore({ cookie: false }),
  extraHeaders: { 'X-Page': '1' },
  signals: false,
});
new Passage('app', { tokenStore: new Memory() });
new PassageFlex('app');

export async function everything(): Promise<string> {
  const signedUp: AuthResult = await passkey.register(
    'ada@example.com', { userMetadata: { name: 'Ada', age: 36 }, authenticatorAttachment: 'any' });
  const signedIn: AuthResult = await passkey.login('ada@example.com', { abortSignal: AbortSignal.timeout(1000) });
  await passkey.login();
  await passkey.autofill({
    onSignIn: ({ authToken }: AuthResult) => console.log(authToken),
    onError: (error: unknown) => console.log(error),
  });
  await signIn(passkey, {
    identifier: () => 'ada@example.com',
    onSignIn: ({ authToken }: AuthResult) => console.log(authToken),
    fallback: ({ message }) => console.log(message),
  });
  const local: boolean = passkey.hasLocalPasskey('id') && await passkey.checkPasskeyOrigin() && await passkey.canUseConditionalMediation();

  const code: OneTimePasscode = await oneTimePasscode.login('ada@example.com', 'en');
  const byCode: AuthResult = await oneTimePasscode.activate('123456', code.otpId);
  await oneTimePasscode.register('ada@example.com');
  const taken: LinkInAddress | null = magicLink.takeFromAddress();
  if (taken && !taken.verifies) await magicLink.activate(taken.magicLink);
  const link: MagicLink = await magicLink.register('ada@example.com');
  const byLink: AuthResult = await magicLink.wait(link.id, { signal: AbortSignal.timeout(1000) });
  await magicLink.status((await magicLink.login('ada@example.com', 'de')).id);
  const inPassing: PasskeyInfo | undefined = await currentUser.upgrade({ signal: AbortSignal.timeout(1000) });

  session.addEventListener('signedout', () => location.assign('/'));
  const token: string = await session.getAuthToken();
  const isIn: boolean = await session.authGuard();
  const renewed: AuthResult = await session.refresh();
  const told: boolean = await session.signOut();

  const user: CurrentUser = await currentUser.userInfo();
  const [first]: PasskeyInfo[] = await currentUser.passkeys();
  const added: PasskeyInfo = await currentUser.addPasskey({ authenticatorAttachment: 'cross-platform' });
  await currentUser.editPasskey(added.id, 'My key');
  if (first) await currentUser.deletePasskey(first);
  const name = (await currentUser.metadata())?.name;
  await currentUser.updateMetadata({ name: null });
  const sessions: SessionInfo[] = await currentUser.listSessions();
  for (const { id, current } of sessions) if (!current) await currentUser.revokeSession(id);
  await currentUser.changeEmail('ada@example.org', 'en');
  const { id }: MagicLink = await currentUser.changePhone('+14155550123');

  const somebody: PublicUserInfo | null = await app.userExists('ada@example.com');
  const pending: PublicUserInfo = await app.createUser('ada@example.com');
  const { authOrigin, userMetadataSchema: [field] } = await app.info();
  return [
    signedUp, signedIn, local, token, isIn, renewed, told, user.email, name, somebody?.id, pending.status, authOrigin, field?.fieldName,
    byCode.authToken, byLink.authToken, inPassing?.friendlyName, id,
  ].join();
}

export const isOver = (error: unknown): boolean => error instanceof PassageError && error.code === 'session_ended';
export const wait = (error: unknown): number => error instanceof PassageError && error.code === 'too_often' ? error.retryAfter : 0;

// @ts-expect-error whose account?
passkey.register();
// @ts-expect-error somebody must be told
passkey.autofill({});
// @ts-expect-error by its object, as with Passage
currentUser.deletePasskey('id');
