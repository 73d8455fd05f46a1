export function because(code: "link_not_opened" | "not_signed_in" | "session_ended" | "sign_in_too_old" | "too_many_tries" | "too_often" | "unknown_link" | "user_exists" | "wrong_code", cause?: any, message?: string): PassageError;
export function isSignedOut(error: any): boolean;
export function toldApart(error: any): any;
import { PassageError } from './errors.js';
