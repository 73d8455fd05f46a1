/** The version of this SDK. */
export const version: "0.1.0";
export function calls(appId: string, baseUrl: string): (path: string, body: object) => Promise<any>;
