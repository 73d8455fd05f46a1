export function attempt<T>(ask: () => T): T | undefined;
export function soon(method: string, argument?: object): Promise<any>;
