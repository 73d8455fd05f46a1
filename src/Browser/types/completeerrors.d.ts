export function because(code: "not_signed_in" | "session_ended" | "sign_in_too_old" | "user_exists", cause?: any): PassageError;
export function isSignedOut(error: any): boolean;
export function toldApart(error: any): any;
import { PassageError } from './errors.js';
