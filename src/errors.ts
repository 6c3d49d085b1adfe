import type { SfError } from '@salesforce/core';
// Importing all of core would take half a second of CPU time.
import { Messages } from '@salesforce/core/messages';
import { printable } from './model/plain-text.ts';
import { secrets } from './model/redactor.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'errors');

/** How commands in errors name the org: ` --target-org my-org` if the user typed that, empty for the default org. */
let orgFlag = '';

/** Sets how commands in errors name the org, in place of `{org}`. */
export function nameOrgInErrors(flag: string): void {
  orgFlag = flag;
}

export type ErrorDetails = {
  /** Fills the `%s` of the error's actions. */
  readonly actionTokens?: readonly string[];
  /** The name the user most likely meant, if one is close to the misspelled one. */
  readonly meant?: string | undefined;
  readonly exitCode?: number;
  readonly cause?: unknown;
  /** Details for scripts: `data` of the error JSON. */
  readonly data?: object;
};

/**
 * Makes the error `error.<key>` of `messages/errors.md`: what happened, to what, and as actions what to do next. Tokens
 * are redacted and put on one line, because others may have written them. The error's name is the key in PascalCase
 * with `Error` at the end; its exit code is 1 unless specified.
 */
export function bylineError(key: string, tokens: readonly string[] = [], details: ErrorDetails = {}): SfError {
  const error = messages.createError(
    `error.${key}`,
    tokens.map((token) => printable(secrets.redact(token))),
    details.actionTokens?.map((token) => printable(secrets.redact(token))) ?? [],
    details.exitCode ?? 1,
    details.cause instanceof Error ? details.cause : undefined,
  );
  error.actions = [
    ...(details.meant === undefined ? [] : [`Did you mean "${printable(details.meant)}"?`]),
    ...(error.actions ?? []).map((action) => action.replaceAll('{org}', orgFlag)),
  ];
  return details.data === undefined ? error : (error.setData(details.data as never), error);
}
