export function bytes(text: string): Uint8Array<ArrayBuffer>;
export function text(buffer: ArrayBuffer): string;
export function creationOptions(json: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptions;
export function requestOptions(json: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions;
export function credentialJson(credential: any): {
    id: any;
    rawId: string;
    type: any;
    authenticatorAttachment: any;
    clientExtensionResults: {
        credProps: CredentialPropertiesOutput | undefined;
    };
    response: Record<string, unknown>;
};
export function extensionResults(credential: any): AuthenticationExtensionsClientOutputs;
