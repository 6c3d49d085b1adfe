import type { SfError } from '@salesforce/core';
// Not from the whole of core, which takes half a second of the processor to load.
import { Messages } from '@salesforce/core/messages';
import { printable } from './model/plain-text.ts';
import { secrets } from './model/redactor.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'errors');

/** How the commands in errors name the org: ` --target-org my-org` where the user typed that, nothing for the default org. */
let orgFlag = '';

/** Says how the commands in errors are to name the org, in place of their `{org}`. */
export function nameOrgInErrors(flag: string): void {
  orgFlag = flag;
}

export type ErrorDetails = {
  /** Fills the `%s` of the error's actions. */
  readonly actionTokens?: readonly string[];
  /** The name that was most likely meant, where one is close to the one that is wrong. */
  readonly meant?: string | undefined;
  readonly exitCode?: number;
  readonly cause?: unknown;
  /** What a script may want to know: becomes `data` of the error JSON. */
  readonly data?: object;
};

/**
 * Makes the error `error.<key>` of `messages/errors.md`: what happened, to what (`tokens`, on one line and without
 * secrets, as others may have said them), and as actions what to do next. Its name is the key in PascalCase with `Error` at the end; its exit code is 1 unless given.
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
