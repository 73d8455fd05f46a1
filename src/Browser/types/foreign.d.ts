export function attempt<T>(ask: () => T): T | undefined;
export function inTime<T>(ask: () => Promise<T> | T): Promise<T | undefined>;
export function soon(method: string, argument?: object): Promise<any>;
