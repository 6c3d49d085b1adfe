import { crc32 } from 'node:zlib';
import type { PlanStep } from '../model/plan.ts';
import { withoutTokens } from '../model/redactor.ts';
import { type Stretch, Stretches } from '../model/stretches.ts';

/** A step without its records: how many it changes, the stretches these form, and how many it holds back. */
export type StepSummary = Pick<PlanStep, 'releases' | 'through' | 'tally'> & {
  readonly changes: number;
  readonly stretches: readonly Stretch[];
  readonly held: number;
};

/** What follows the records in a line: the rest of the step, what is said of the records, and the checksum of their part. */
type Tail = Pick<PlanStep, 'releases' | 'through' | 'tally'> & {
  readonly summary: Pick<StepSummary, 'changes' | 'stretches' | 'held'> & { readonly crc32: number };
};

/** The tail's first key. It stands behind a `]` only where the records end: in a text its quotes would be escaped. */
const TAIL = '],"releases":';

export function summarize({ changes, held, releases, through, tally }: PlanStep): StepSummary {
  const stretches = new Stretches();
  stretches.note(changes);
  return { changes: changes.length, stretches: stretches.list(), held: held.length, releases, through, tally };
}

/**
 * A step and its summary as a line of JSON. The records come first and the summary last, so that who opens a plan need not
 * parse the whole of it: for 1,000,000 changes that takes a second, their checksum a tenth of that.
 */
export function writeStep({ changes, held, conflicts }: PlanStep, summary: StepSummary): string {
  const records = withoutTokens(JSON.stringify({ changes, held, conflicts })).slice(0, -1);
  const { releases, through, tally, ...about } = summary;
  const tail: Tail = { releases, through, tally, summary: { ...about, crc32: crc32(records) } };
  return `${records},${JSON.stringify(tail).slice(1)}`;
}

/** The summary of a line that is as {@link writeStep} wrote it; `undefined` of any other, which is to be parsed. */
export function readSummary(line: Buffer): StepSummary | undefined {
  const end = line.lastIndexOf(TAIL) + 1;
  const tail = end === 0 ? undefined : parseTail(line.toString('utf8', end + 1));
  if (!tail?.summary) return undefined;
  const { releases, through, tally, summary } = tail;
  const { crc32: sum, ...about } = summary;
  return crc32(line.subarray(0, end)) === sum ? { releases, through, tally, ...about } : undefined;
}

function parseTail(text: string): (Omit<Tail, 'summary'> & Partial<Tail>) | undefined {
  try {
    return JSON.parse(`{${text}`) as Tail;
  } catch {
    return undefined;
  }
}
