export function instead<T>(ceremony: (controller: AbortController) => Promise<T>, signal?: AbortSignal): Promise<T>;
export function lastWon(): Promise<boolean | undefined>;
