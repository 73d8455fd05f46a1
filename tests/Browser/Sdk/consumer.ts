// What a site in TypeScript writes. Checked against the shipped types, never run.
import { PassageError, PassageFlex, version, type AutofillOptions, type PassageErrorCode, type PasskeySignals } from 'openpassage';

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
