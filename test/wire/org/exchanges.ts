import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Exchange, readExchanges } from '../services/transcript.ts';

/**
 * A golden exchange with an org, in the form of those with the count services. Its notes:
 *
 *     # recorded: whose report or code it is known from (or: documented, guessed); the first line
 *     # given: concurrent-requests limits   the fault to tell the emulator, and for which kind of request
 *     # calls: limits                       what our client is asked to do, see calls.ts
 *     # gives: {"max":1}                    what that returns, as JSON
 *     # throws: OrgBusyError Too many       or the name of its error, and a part of the text
 *     # advises: Try again soon             parts of what the error advises
 *     # never: <table                       what neither text nor advice may hold
 *
 * Without `given` only the client is held to it.
 */
export type OrgExchange = {
  readonly name: string;
  readonly provenance: string;
  readonly given: { readonly fault: string; readonly kind: string } | undefined;
  readonly calls: string;
  readonly gives: string | undefined;
  readonly throws: { readonly name: string; readonly text: string } | undefined;
  readonly advises: readonly string[];
  readonly never: readonly string[];
  readonly exchanges: readonly Exchange[];
};

/** All exchanges of this folder. */
export function readOrgExchanges(): OrgExchange[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.http'))
    .sort()
    .map((file) => {
      const { of, ...rest } = readExchanges(join(import.meta.dirname, file));
      const two = (key: string): string[] | undefined => of(key)[0]?.split(/ (.*)/s);
      const [given, thrown] = [two('given'), two('throws')];
      return {
        ...rest,
        given: given && { fault: given[0] ?? '', kind: given[1] ?? '' },
        calls: of('calls')[0] ?? '',
        gives: of('gives')[0],
        throws: thrown && { name: thrown[0] ?? '', text: thrown[1] ?? '' },
        advises: of('advises'),
        never: of('never'),
      };
    });
}
