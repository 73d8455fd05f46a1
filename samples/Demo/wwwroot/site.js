// What both pages need: calls to this site's own backend, and the line that says what happened.

const antiforgery = document.querySelector('meta[name=antiforgery]').content;
const notice = document.querySelector('#notice');

/** A refusal of this site's backend; `code` is "confirm" when it wants to know first that it is still you. */
export class Refusal extends Error {
  constructor(sentence, code) {
    super(sentence);
    this.code = code;
  }
}

/** Calls the backend; resolves with its JSON, or null when it answers with nothing. */
export async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { 'Content-Type': 'application/json', 'X-Antiforgery': antiforgery },
    body: body && JSON.stringify(body),
  });
  const content = await answer.json().catch(() => null);
  if (answer.status === 401 && !content) throw new Refusal('You are signed out. Sign in again.');
  if (!answer.ok) throw new Refusal(content?.detail ?? 'That did not work. Try again in a moment.', content?.code);
  return content;
}

/** Says what happened; screen readers hear it. */
export function say(sentence, kind = 'done') {
  notice.textContent = sentence;
  notice.dataset.kind = kind;
}

/** Runs what a button does, once at a time; a refusal is said instead of thrown. A disabled button would lose the keyboard's focus. */
export async function run(button, action) {
  if (button.ariaBusy === 'true') return;
  button.setAttribute('aria-busy', 'true');
  say('');
  try {
    await action();
  } catch (error) {
    say(error.message, 'refused');
  } finally {
    button.removeAttribute('aria-busy');
  }
}
