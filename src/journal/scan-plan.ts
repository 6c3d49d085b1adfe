import { bylineError } from '../errors.ts';
import type { PlanHeader } from '../model/plan.ts';
import type { JsonLinesFile } from './json-lines.ts';
import { readHeader } from './plan-header.ts';
import { PlanIndex } from './plan-index.ts';
import { StepReader } from './plan-step.ts';

/** What is known of a plan before it is opened. */
export type PlanKind = {
  /** Whether it restores what another plan has written; it may then write any value a record held. */
  readonly reversed: boolean;
};

/** Reads and checks a whole plan. Throws an error naming the file if it isn't a plan, or the line if it is damaged. */
export async function scan(
  lines: JsonLinesFile,
  kind: PlanKind,
): Promise<{ header: PlanHeader; index: PlanIndex; end: number }> {
  // The ids of a plan usually ascend. If they don't, a second pass keeps and compares them.
  const first = await readThrough(lines, kind, false);
  const { header, reader, index, end } = first.reader.isSure ? first : await readThrough(lines, kind, true);
  reader.finish();
  index.keyPrefix = reader.keyPrefix;
  return { header, index, end };
}

async function readThrough(
  lines: JsonLinesFile,
  { reversed }: PlanKind,
  keepsIds: boolean,
): Promise<{ header: PlanHeader; reader: StepReader; index: PlanIndex; end: number }> {
  const { path } = lines;
  const index = new PlanIndex();
  let begun: { readonly header: PlanHeader; readonly reader: StepReader } | undefined;
  let end = 0;
  for await (const line of lines.lines()) {
    const { offset, length } = line;
    end = offset + length + 1;
    if (begun) index.note(begun.reader.read(line), { offset, length });
    else {
      const header = readHeader(line, path);
      begun = { header, reader: new StepReader(header, reversed, keepsIds) };
    }
  }
  if (!begun) throw bylineError('notAPlan', [path]);
  return { ...begun, index, end };
}
