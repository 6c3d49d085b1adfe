import type { Fact, JournalEntry } from '../model/run-facts.ts';

/** What each fact says, besides when. */
const KEYS: Readonly<Record<Fact['fact'], readonly string[]>> = {
  run: ['version', 'runId', 'command', 'org', 'apiVersion', 'settings'],
  planned: ['tally', 'forecast'],
  opening: ['mode'],
  job: ['job', 'mode'],
  sending: ['batch', 'job', 'rows', 'round'],
  sent: ['batch', 'id'],
  unsent: ['batch'],
  closed: ['job'],
  aborted: ['job'],
  outcome: ['batch', 'state', 'message', 'failed', 'again', 'unprocessed'],
  resumed: [],
  ended: ['state', 'reason'],
};

/** A line of a journal as the fact it tells. Throws a TypeError where it is none, or tells too little. */
export function readEntry(value: unknown): JournalEntry {
  const entry = value as Readonly<Record<string, unknown>> | null;
  const fact = typeof entry === 'object' ? entry?.['fact'] : undefined;
  if (typeof fact !== 'string' || !Object.hasOwn(KEYS, fact)) throw new TypeError('it is no fact of a run');
  for (const key of [...KEYS[fact as Fact['fact']], 'at', 'api']) {
    if (!Object.hasOwn(entry!, key)) throw new TypeError(`the fact "${fact}" lacks "${key}"`);
  }
  return value as JournalEntry;
}
