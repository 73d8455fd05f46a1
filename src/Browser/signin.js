/** @typedef {'local' | 'autofill' | 'phone' | 'security_key' | 'fallback'} Advice the server's, of its call `authenticate/advice` */

/**
 * Why the page shows its own form.
 * @typedef {object} FallbackReason
 * @property {import('./errors.js').PassageErrorCode | 'advised'} reason the code of the error; `advised` when the server advised
 *   against asking, and nobody was
 * @property {string} message a sentence that the page can show
 * @property {unknown} error what was thrown
 */

/**
 * @typedef {object} SignInParts
 * @property {Element} [button] Offers passkeys in the name field now, and asks when this is clicked; it is `aria-busy` meanwhile.
 *   Without it, asks now: call it from a click.
 * @property {(why: FallbackReason) => unknown} fallback Shows the page's other way to sign in, or has it shown already.
 * @property {Advice | { advice: Advice }} [advice] What the server has told your backend; else what it answers to the start.
 * @property {AbortSignal} [signal] Ends it.
 */

/**
 * @typedef {string | undefined | (() => string | undefined | Promise<string | undefined>)} Given whose passkey; a function is asked
 *   each time
 */

/**
 * @typedef {SignInParts & { onNonce: (nonce: string) => unknown, transactionId?: Given }
 *   & import('./ceremony.js').ExtensionOptions} FlexSignInOptions
 *   `onNonce` hands the nonce to the backend; when it throws, that is told to `fallback`
 */

/**
 * @typedef {SignInParts & { onSignIn: (result: import('./tokens.js').AuthResult) => unknown, identifier?: Given }
 *   & import('./ceremony.js').ExtensionOptions} CompleteSignInOptions `onSignIn` gets the tokens, which are kept already
 */

/**
 * What a prompt came to, as the server counts it. `fallback`: nobody was asked.
 * @typedef {object} Prompted
 * @property {'modal' | 'immediate'} kind
 * @property {'shown' | 'dismissed' | 'failed' | 'fallback'} result
 * @property {string} [error] the name of the DOMException
 */

// Milliseconds in which a browser finds out that no passkey is at hand. In more time a person has closed what it showed.
const AT_ONCE = 1000;

// What browsers reject with. Other errors are the server's.
const NAMES =
  /^(Constraint|Data|Encoding|InvalidState|Network|NotAllowed|NotReadable|NotSupported|Operation|Security|Timeout|Unknown)Error$/;

// The server is told of a prompt in the next call that happens anyway.
/** @type {Prompted | undefined} */
let last;

// Whether the prompt that shows up only where a passkey is at hand came to nothing. Then the next one has phones and security keys too.
let foundNothing = false;

const takeLast = () => {
  const prompted = last;
  last = undefined;
  return prompted;
};

/**
 * Signs in with a passkey in the way that suits this browser and, where it advises, the server: by the suggestions of the name field,
 * by a prompt that shows up only where a passkey is at hand (`uiMode: 'immediate'`), by the browser's dialog, or not at all. One click
 * opens one dialog at most.
 * @overload
 * @param {import('./passkey.js').Passkey} passkey
 * @param {FlexSignInOptions} options
 * @returns {Promise<void>} settles when it is over; rejects only with what `fallback` throws
 */

/**
 * @overload
 * @param {import('./completepasskey.js').PassagePasskey} passkey
 * @param {CompleteSignInOptions} options
 * @returns {Promise<void>}
 */

/**
 * @param {any} passkey
 * @param {any} options
 * @returns {Promise<void>}
 */
export async function signIn(passkey, options) {
  const { button, onNonce, onSignIn, signal } = options;
  const enter = onNonce ?? onSignIn;
  let asking = Promise.resolve();

  /** @param {any} error */
  const fallBack = (error, reason = error?.code ?? 'failed', message = error?.message) => options.fallback({ reason, message, error });

  const suggest = () => passkey.autofill({
    onNonce: enter,
    onSignIn: enter,
    onError: fallBack,
    signal,
    // When it comes back after a prompt, it says what that came to.
    begin: async () => {
      await asking;
      return { prompt: takeLast() };
    },
    end: { prompt: { kind: 'autofill', result: 'shown' } },
  });

  const ask = async () => {
    const why = passkey.obstacle();
    if (why) return fallBack(why);
    const prompt = new Prompt(options, await passkey.getClientCapabilities());
    try {
      await enter(await prompt.ask(passkey));
    } catch (/** @type {any} */ error) {
      if (error.code === 'aborted') return undefined;
      if (prompt.advice === 'fallback') return fallBack(error, 'advised', 'Sign in another way.');
      if (prompt.advice !== 'autofill') return fallBack(error, ...prompt.meaning);
      if (!button) suggest();
      field()?.focus();
    }
    return undefined;
  };

  button?.addEventListener('click', async () => {
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    await (asking = ask()).finally(() => button.removeAttribute('aria-busy'));
  }, { signal });
  const why = passkey.obstacle();
  if (why) await fallBack(why);
  else if (button) await suggest();
  else await (asking = ask());
}

/** @returns {HTMLElement | null} where suggestions appear */
const field = () => document.querySelector('input[autocomplete~="webauthn"]');

/** @param {Given} value */
const given = (value) => typeof value === 'function' ? value() : value;

/** One dialog at most. */
class Prompt {
  /** @type {Advice | undefined} */
  advice;

  // The code and the sentence of what went wrong, where the SDK's own do not say it.
  /** @type {string[]} */
  meaning = [];

  #options;
  #can;
  /** @type {Prompted['kind']} */
  #kind = 'modal';
  #since = 0;
  #isNamed = false;

  /** @param {any} options @param {Record<string, boolean>} can */
  constructor(options, can) {
    this.#options = options;
    this.#can = can;
  }

  /** @param {any} passkey */
  async ask(passkey) {
    const { transactionId, identifier, extensions, onExtensionResults, signal } = this.#options;
    const how = {
      extensions,
      onExtensionResults,
      signal,
      begin: () => ({ capabilities: this.#capabilities(), prompt: takeLast() }),
      /** @param {any} started */
      begun: (started) => {
        const uiMode = this.#choose(started);
        how.end.prompt = { kind: this.#kind, result: 'shown' };
        return uiMode;
      },
      end: /** @type {{ prompt?: Prompted }} */ ({}),
    };
    try {
      const whose = await given(transactionId ?? identifier);
      this.#isNamed = Boolean(whose);
      return await ('authenticate' in passkey ? passkey.authenticate({ transactionId: whose, ...how }) : passkey.login(whose, how));
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  // Of nobody in particular the server knows no more than this page does. What the browser does not say is left out.
  #capabilities() {
    if (!this.#isNamed) return undefined;
    const { userVerifyingPlatformAuthenticator, conditionalGet, hybridTransport, immediateGet } = this.#can;
    const says = 'getClientCapabilities' in PublicKeyCredential;
    return {
      local: userVerifyingPlatformAuthenticator,
      autofill: conditionalGet,
      phone: says ? hybridTransport : undefined,
      immediate: says ? Boolean(immediateGet) : undefined,
    };
  }

  /** @param {any} started @returns {string | undefined} the `uiMode` */
  #choose({ advice: answered, handshake: { challenge: { publicKey } } }) {
    const { advice = answered } = this.#options;
    this.advice = advice?.advice ?? advice;
    if (this.advice === 'autofill' && !(this.#can.conditionalGet && field())) this.advice = undefined;
    if (this.advice === 'fallback') last = { kind: 'modal', result: 'fallback' };
    if (this.advice === 'fallback' || this.advice === 'autofill') throw new Error(this.advice);
    this.#since = performance.now();
    const hint = this.advice === 'phone' ? 'hybrid' : this.advice === 'security_key' && 'security-key';
    if (hint) publicKey.hints = [hint];
    // Browsers show it for no account that is named.
    if (hint || foundNothing || !this.#can.immediateGet || publicKey.allowCredentials?.length) return undefined;
    return this.#kind = 'immediate';
  }

  /** @param {any} error */
  #failed({ code, cause }) {
    const error = cause?.name;
    if (code === 'aborted' || !this.#since || !NAMES.test(error)) return;
    const kind = this.#kind;
    let reason = code;
    if (kind === 'immediate' && error === 'NotAllowedError') {
      foundNothing = true;
      // Chrome says so where it has looked in vain.
      this.meaning = performance.now() - this.#since < AT_ONCE || /no immediate/i.test(cause.message)
        ? ['no_passkey', 'No passkey for this site is on this device. Sign in another way, or try again to use a phone or a security key.']
        : ['cancelled', 'Nothing happened: the passkey prompt was closed.'];
      [reason] = this.meaning;
      if (reason === 'no_passkey') {
        last = { kind, result: 'fallback' };
        return;
      }
    }
    last = reason === 'cancelled' || reason === 'timed_out' ? { kind, result: 'dismissed' } : { kind, result: 'failed', error };
  }
}
