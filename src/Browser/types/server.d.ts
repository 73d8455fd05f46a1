/** The version of this SDK. */
export const version: "0.1.0";
export function calls(appId: string, baseUrl: string, headers: Record<string, string>): (path: string, body?: object, how?: RequestInit) => Promise<any>;
