/** The one kind of error that this module throws. Its message is a sentence that a page can show. */
export class PassageError extends Error {
    /** Where the codes are explained: a page of the server. `new PassageFlex()` sets it to its own server's. */
    static docs: string;
    /**
     * @param {PassageErrorCode} code
     * @param {{ message?: string, cause?: unknown, statusCode?: number, statusText?: string, serverCode?: string }} [more]
     */
    constructor(code: PassageErrorCode, { message, cause, statusCode, statusText, serverCode }?: {
        message?: string;
        cause?: unknown;
        statusCode?: number;
        statusText?: string;
        serverCode?: string;
    });
    /**
     * Seconds to wait before it is tried again, with the code `too_often`; else 0.
     * @type {number}
     */
    retryAfter: number;
    /** What went wrong, for code to decide by. */
    code: PassageErrorCode;
    /** The HTTP status when the server refused, else undefined. */
    statusCode: number | undefined;
    /** The HTTP status in words, when there was one. */
    statusText: string | undefined;
    /** The server's own code, such as `transaction_not_found`, when it refused. */
    serverCode: string | undefined;
    /** The page that explains this code to the people who run the site. */
    get docs(): string;
}
export function obstacle(ceremony?: "create" | "get"): PassageError | null;
export function explain(cause: any, ceremony: "create" | "get", took: number, options: {
    timeout?: number;
    userVerification?: string;
}): Promise<PassageError>;
export function guarded<T>(work: () => Promise<T>): Promise<T>;
/**
 * What went wrong, one code for each case that browsers lump together. Codes never change their meaning.
 * Each has a section in docs/guides/browser-errors.md, which the server serves.
 */
export type PassageErrorCode = "aborted" | "already_registered" | "blocked" | "cancelled" | "insecure_context" | "link_not_opened" | "network" | "no_passkey" | "not_signed_in" | "refused" | "session_ended" | "sign_in_too_old" | "timed_out" | "too_many_tries" | "too_often" | "unknown_link" | "unknown_passkey" | "unsupported" | "unsupported_authenticator" | "user_exists" | "user_verification_unavailable" | "wrong_code" | "wrong_origin" | "failed";
