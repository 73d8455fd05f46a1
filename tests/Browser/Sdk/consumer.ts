// What a site in TypeScript writes. Checked against the shipped types, never run.
import { PassageError, PassageFlex, version, type AutofillOptions, type PassageErrorCode, type PasskeySignals } from 'openpassage';
import { readiness, reportReadiness, type Readiness } from 'openpassage/readiness';
import { signIn, type Advice, type FallbackReason } from 'openpassage/signin';

const { passkey } = new PassageFlex('app', { baseUrl: 'https://passkeys.example.com', signals: false });

export async function everything(transactionId: string, signals: PasskeySignals): Promise<string> {
  const registered: string = await passkey.register(transactionId, { authenticatorAttachment: 'any' });
  const nonce: string = await passkey.authenticate({ transactionId, isConditionalMediation: false, signal: AbortSignal.timeout(1000) });
  await passkey.authenticate({
    extensions: { prf: { eval: { first: new Uint8Array(32) } } },
    onExtensionResults: (results) => { results.prf?.results?.first satisfies BufferSource | undefined; },
  });
  const options: AutofillOptions = {
    onNonce: async (given: string) => { await fetch(given); },
    onError: (error: unknown) => console.log(error),
  };
  const over: void = await passkey.autofill(options);
  const upgraded: string | undefined = await passkey.upgrade(transactionId);
  await passkey.signalAccepted({ ...signals, name: 'Ada' });
  const can: boolean = await passkey.canRegisterPasskey()
    && await passkey.canAuthenticateWithPasskey()
    && await passkey.canUseConditionalMediation();
  const conditional: boolean | undefined = (await passkey.getClientCapabilities()).conditionalCreate;
  const why: PassageErrorCode | undefined = passkey.obstacle()?.code;
  return [registered, nonce, over, upgraded, can, conditional, why, version].join();
}

export async function oneCall(button: HTMLButtonElement, advice: Advice): Promise<string> {
  const fallback = ({ reason, message }: FallbackReason): void => console.log(reason === 'advised' ? message : reason);
  await signIn(passkey, { button, onNonce: (nonce: string) => fetch(nonce), fallback });
  await signIn(passkey, {
    transactionId: async () => 'transaction', onNonce: console.log, fallback, advice, signal: AbortSignal.timeout(1000),
  });
  const { conditionalUi, asked, client }: Readiness = await readiness();
  const sent: boolean = await reportReadiness('key', { baseUrl: 'https://passkeys.example.com', deviceId: 'till 7' });
  return [conditionalUi, asked.clientCapabilities, client?.brands[0]?.brand, client?.platformVersion, sent].join();
}

export function told(error: unknown): string {
  if (!(error instanceof PassageError)) return '';
  if (error.code === 'refused') return error.serverCode ?? '';
  // @ts-expect-error a misspelt code
  if (error.code === 'canceled') return '';
  return `${error.message} ${error.docs} ${error.statusCode?.toFixed()}`;
}

// @ts-expect-error the transaction is needed
passkey.register();
// @ts-expect-error no such attachment
passkey.register('transaction', { authenticatorAttachment: 'usb' });
// @ts-expect-error somebody must take the nonce
passkey.autofill({});
// @ts-expect-error somebody must show the page's other way
signIn(passkey, { onNonce: () => {} });
// @ts-expect-error no such advice
signIn(passkey, { onNonce: () => {}, fallback: () => {}, advice: 'wait' });
