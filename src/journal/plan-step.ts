import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import { recordOf } from '../model/history.ts';
import type { DeferredChange, PlanHeader, PlanStep } from '../model/plan.ts';
import { IdRegister, keyPrefixOf } from '../model/record-id.ts';
import { withoutTokens } from '../model/redactor.ts';
import type { PlanTally } from '../model/run-facts.ts';
import { type AscendingRun, AscendingRuns } from '../model/ascending-runs.ts';
import { DamagedLine, parseLine, parseText, type RawLine } from './json-lines.ts';
import { HistoryCheck } from './plan-history.ts';
import { RowCheck } from './plan-rows.ts';
import { checked, recordId, tally, whole } from './shapes.ts';
import { type Infer, z } from '../zod.ts';

/** A step without its records: the number of its changes, their ascending runs, and the number it defers. */
export type StepSummary = Pick<PlanStep, 'resolvesDeferred' | 'through' | 'tally'> & {
  readonly changes: number;
  readonly idRuns: readonly AscendingRun[];
  readonly deferred: number;
  /** History rows; missing if no history is kept. */
  readonly history?: number;
  /** The ascending runs of the records those are of. */
  readonly historyRuns?: readonly AscendingRun[];
};

/** The last line of a plan. */
export type PlanEnd = { readonly end: true; readonly tally: PlanTally };

/**
 * The tail's first key. After a `]` it can only be at the end of the records: within a text its quotes would be
 * escaped.
 */
const TAIL = '],"releases":';

const rows = z.array(z.unknown());
const endOfPlan = z.strictObject({ end: z.literal(true), tally });
/** The keys of a line besides the changes. */
const rest = z.strictObject({
  held: rows,
  conflicts: rows,
  history: rows.optional(),
  releases: z.boolean(),
  through: recordId.nullable(),
  tally,
  // Missing in lines of earlier versions and in those written by hand.
  summary: z
    .strictObject({ changes: whole, stretches: rows, held: whole, history: whole.optional(), crc32: whole })
    .optional(),
});
const step = rest.extend({ changes: rows });

export function summarizeStep({
  changes,
  deferred,
  history,
  resolvesDeferred,
  through,
  tally: sums,
}: PlanStep): StepSummary {
  return {
    ...sumUp(
      changes.map(({ id }) => id),
      deferred.length,
      history?.length,
    ),
    ...historyRunsOf(history?.map(({ id }) => recordOf(id))),
    resolvesDeferred,
    through,
    tally: sums,
  };
}

function runsOf(ids: readonly string[]): AscendingRun[] {
  const runs = new AscendingRuns();
  runs.note(ids);
  return runs.list();
}

/** The ascending runs of the history rows' records. */
const historyRunsOf = (records: readonly string[] | undefined): Pick<StepSummary, 'historyRuns'> =>
  records ? { historyRuns: runsOf(records) } : {};

function sumUp(
  ids: readonly string[],
  deferred: number,
  history: number | undefined,
): Pick<StepSummary, 'changes' | 'idRuns' | 'deferred' | 'history'> {
  const rows = history === undefined ? {} : { history };
  return { changes: ids.length, idRuns: runsOf(ids), deferred, ...rows };
}

/** The rows of a step as its line holds them. */
export type StepRows = Pick<PlanStep, 'changes' | 'conflicts' | 'history'> & {
  readonly held: readonly DeferredChange[];
};

/** A step and its summary as a line of JSON. */
export function writeStep({ changes, deferred: held, conflicts, history }: PlanStep, summary: StepSummary): string {
  const records = withoutTokens(JSON.stringify({ changes, held, conflicts, history })).slice(0, -1);
  const { resolvesDeferred: releases, through, tally: sums, idRuns: stretches } = summary;
  // JSON leaves undefined keys out.
  const about = { changes: summary.changes, held: summary.deferred, history: summary.history } as const;
  const tail = { releases, through, tally: sums, summary: { ...about, stretches, crc32: crc32(records) } };
  return `${records},${JSON.stringify(tail).slice(1)}`;
}

/**
 * Reads and checks the lines of a plan after its header: each row, and over all rows the sums, checksums, and ids.
 * Nothing is trusted, because a plan comes from outside.
 */
export class StepReader {
  private readonly rows: RowCheck;
  private readonly history: HistoryCheck;
  /** The ids of records that are written or skipped, and those of deferred changes. */
  private readonly ids: IdRegister;
  private readonly deferredIds: IdRegister;
  private readonly historyIds: IdRegister;
  private readonly lines: {
    readonly line: number;
    readonly ids: number;
    readonly deferredIds: number;
    readonly historyIds: number;
  }[] = [];
  /** The key prefix of all ids. */
  public keyPrefix: string | null = null;
  private changed = 0;
  private conflicts = 0;
  /** The numbers of changes each step deferred, until a later step resolves them. */
  private readonly waiting: number[] = [];
  private deferred = 0;

  /**
   * `reversed` says that the plan restores what another has written. With `keepsIds`, duplicate records are found even
   * if the ids don't ascend.
   */
  public constructor(header: PlanHeader, reversed: boolean, keepsIds = true) {
    this.ids = new IdRegister(keepsIds);
    this.deferredIds = new IdRegister(keepsIds);
    this.historyIds = new IdRegister(keepsIds);
    this.rows = new RowCheck(header, reversed);
    this.history = new HistoryCheck(header, reversed);
  }

  /** Reads a step's summary, or the end. Throws {@link DamagedLine}. */
  public read(raw: RawLine): StepSummary | PlanEnd {
    try {
      return this.readLine(raw);
    } catch (error) {
      throw error instanceof TypeError ? new DamagedLine(raw.line, `isn't a step of a plan: ${error.message}`) : error;
    }
  }

  /** Whether {@link finish} can detect duplicate records. */
  public get isSure(): boolean {
    return [this.ids, this.deferredIds, this.historyIds].every(({ isSure }) => isSure);
  }

  /** Must be called after the last line. Throws {@link DamagedLine} if a record is in the plan twice. */
  public finish(): void {
    for (const key of ['ids', 'deferredIds', 'historyIds'] as const) {
      const at = this[key].findRepeated();
      if (at === -1) continue;
      const { line } = this.lines.find((one) => at < one[key])!;
      throw new DamagedLine(line, "isn't a step of a plan: it repeats an earlier record");
    }
  }

  private readLine(raw: RawLine): StepSummary | PlanEnd {
    const ids: string[] = [];
    const passed = this.rows.pass(raw.bytes.toString('latin1'), ids);
    if (passed !== -1) return this.note(raw, ids, checked(rest, parseRest(raw, passed)));
    const value = parseLine(raw);
    if (typeof value === 'object' && value !== null && 'end' in value) return this.noteEnd(checked(endOfPlan, value));
    const { changes, ...others } = checked(step, value);
    return this.note(raw, this.rows.idsOf(changes), others);
  }

  private note({ bytes, line }: RawLine, ids: readonly string[], others: Infer<typeof rest>): StepSummary {
    const { conflicts, held, history, releases, through, tally: sums, summary } = others;
    this.register(this.ids, ids);
    this.register(this.ids, this.rows.idsOf(conflicts));
    this.register(this.deferredIds, this.rows.idsOf(held, 'doubtful', 'counted', 'history'));
    for (const { id, history: draft } of held as DeferredChange[]) if (draft) this.history.checkDraft(draft, id);
    const records = this.history.recordsOf(history ?? [], { from: this.changed - this.conflicts, ids });
    this.register(this.historyIds, records);
    const [all, ofHeld, ofHistory] = [this.ids.size, this.deferredIds.size, this.historyIds.size];
    this.lines.push({ line, ids: all, deferredIds: ofHeld, historyIds: ofHistory });
    if (releases) this.deferred -= this.resolveNext();
    if (held.length > 0) this.waiting.push(held.length);
    this.deferred += held.length;
    this.changed += ids.length + conflicts.length;
    this.conflicts += conflicts.length;
    this.requireSums(sums);
    const about = sumUp(ids, held.length, history?.length);
    if (summary) requireSummary(bytes, summary, about);
    return { ...about, ...historyRunsOf(history && records), resolvesDeferred: releases, through, tally: sums };
  }

  private register(register: IdRegister, ids: readonly string[]): void {
    for (const id of ids) {
      this.keyPrefix ??= keyPrefixOf(id);
      if (!id.startsWith(this.keyPrefix))
        throw new TypeError(`${id} belongs to a different object than the records before it`);
      register.add(id);
    }
  }

  private resolveNext(): number {
    const resolved = this.waiting.shift();
    if (resolved === undefined) throw new TypeError('it resolves deferred changes, but none are deferred');
    return resolved;
  }

  private noteEnd(end: PlanEnd): PlanEnd {
    this.requireSums(end.tally);
    return end;
  }

  private requireSums({ queried, skippedUrls, unchanged, uncounted, changed, conflicts, history }: PlanTally): void {
    this.history.requireSums(history);
    if (changed !== this.changed || conflicts !== this.conflicts)
      throw new TypeError("its totals don't match its rows");
    if (queried !== skippedUrls + unchanged + uncounted + changed + this.deferred)
      throw new TypeError("its totals don't add up");
  }
}

/** Parses what follows the changes in a line, which end at `end`. */
function parseRest({ bytes, line }: RawLine, end: number): unknown {
  const text = bytes.toString('utf8', end);
  if (!text.startsWith(',')) throw new DamagedLine(line, 'is not JSON');
  return parseText(`{${text.slice(1)}`, line);
}

function requireSummary(
  bytes: Buffer,
  { crc32: sum, stretches: idRuns, held: deferred, ...said }: NonNullable<Infer<typeof rest>['summary']>,
  about: ReturnType<typeof sumUp>,
): void {
  if (!isDeepStrictEqual({ ...said, idRuns, deferred }, about))
    throw new TypeError("its summary doesn't match its rows");
  if (crc32(bytes.subarray(0, bytes.lastIndexOf(TAIL) + 1)) !== sum) throw new TypeError('its checksum is wrong');
}
