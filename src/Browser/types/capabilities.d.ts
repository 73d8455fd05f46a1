export function getClientCapabilities(): Promise<Record<string, boolean>>;
