export function bytes(text: string): Uint8Array<ArrayBuffer>;
export function text(value: any): string;
export function creationOptions(json: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptions;
export function requestOptions(json: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions;
export function credentialJson(credential: any): {
    id: string | undefined;
    rawId: string | undefined;
    type: string;
    authenticatorAttachment: string | undefined;
    clientExtensionResults: {
        credProps: any;
    };
    response: Record<string, unknown>;
};
export function extensionResults(credential: any): AuthenticationExtensionsClientOutputs;
