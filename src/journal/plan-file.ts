import { bylineError } from '../errors.ts';
import type { Change } from '../model/change.ts';
import type { HistoryRow } from '../model/history.ts';
import type { DeferredChange, PlanHeader, PlanProgress, PlanStep } from '../model/plan.ts';
import type { Range } from '../model/ranges.ts';
import { ID_LENGTH, toLongId } from '../model/record-id.ts';
import type { PlanTally } from '../model/run-facts.ts';
import type { AscendingRun } from '../model/ascending-runs.ts';
import { copyUnlinked } from './copy.ts';
import { DamagedLine, JsonLinesFile, type Place } from './json-lines.ts';
import { PlanIndex, type SentCounts, stepsWith } from './plan-index.ts';
import { type PlanKind, scan } from './scan-plan.ts';
import { type PlanEnd, type StepRows, summarizeStep, writeStep } from './plan-step.ts';

/**
 * The ordered list of a run's changes, on disk: a header, a line for each step, and a last line that marks it complete.
 * Only the places of the steps are kept in memory.
 */
export class PlanFile implements AsyncDisposable {
  public readonly header: PlanHeader;
  private readonly lines: JsonLinesFile;
  private readonly index: PlanIndex;

  /** `sha256:…` of all bytes of a plan opened with {@link take}; otherwise `null`. */
  public readonly digest: string | null;

  private constructor(header: PlanHeader, lines: JsonLinesFile, index: PlanIndex, digest: string | null = null) {
    this.header = header;
    this.lines = lines;
    this.index = index;
    this.digest = digest;
  }

  public static async create(path: string, header: PlanHeader): Promise<PlanFile> {
    const lines = await JsonLinesFile.create(path);
    try {
      await lines.append(header);
    } catch (error) {
      await lines[Symbol.asyncDispose]();
      throw error;
    }
    return new PlanFile(header, lines, new PlanIndex());
  }

  /**
   * Opens the plan of an interrupted run to continue it. Throws an error naming the plan if it has fewer rows than were
   * sent (`least`).
   */
  public static async continue(path: string, kind: PlanKind, least: SentCounts): Promise<PlanFile> {
    return open(
      path,
      () => JsonLinesFile.continue(path),
      async (lines) => {
        const { header, index, end } = await scan(lines, kind);
        index.requireRows(path, least);
        await lines.goOn(end);
        return new PlanFile(header, lines, index);
      },
    );
  }

  /**
   * Opens a plan for reading, complete or not. Throws an error naming the plan if it has fewer rows than were sent
   * (`least`).
   */
  public static async view(
    path: string,
    kind: PlanKind,
    least: SentCounts = { changes: 0, history: 0 },
  ): Promise<PlanFile> {
    return open(
      path,
      () => JsonLinesFile.view(path),
      async (lines) => {
        const { header, index } = await scan(lines, kind);
        index.requireRows(path, least);
        return new PlanFile(header, lines, index);
      },
    );
  }

  /**
   * Opens a plan from outside: copies it to a file without a name in `folder`, so that what is checked is what is used,
   * even if the original changes.
   */
  public static async take(path: string, folder: string): Promise<PlanFile> {
    const { file, digest } = await copyUnlinked(path, folder).catch((error: unknown) => {
      throw toPlanError(error, path);
    });
    const lines = JsonLinesFile.of(path, file);
    return open(
      path,
      async () => lines,
      async () => {
        const { header, index } = await scan(lines, { reversed: false });
        return new PlanFile(header, lines, index, digest).requireWhole();
      },
    );
  }

  /** Returns the plan if it is complete. Otherwise closes it and throws an error naming the file. */
  public async requireWhole(): Promise<PlanFile> {
    if (this.progress.complete) return this;
    await this[Symbol.asyncDispose]();
    throw bylineError('planCutOff', [this.path]);
  }

  public get path(): string {
    return this.lines.path;
  }

  /** The number of changes in the plan so far. */
  public get size(): number {
    return this.index.size;
  }

  /** The number of history rows in the plan so far. */
  public get historySize(): number {
    return this.index.historySize;
  }

  public get progress(): PlanProgress {
    return this.index.progress;
  }

  /** The key prefix of the ids when the plan was opened; `null` if it had none. */
  public get keyPrefix(): string | null {
    return this.index.keyPrefix;
  }

  /** The ascending runs of its changes, by record id. */
  public get idRuns(): readonly AscendingRun[] {
    return this.index.idRuns.list();
  }

  /** The ascending runs that the records of its history rows form. */
  public get historyRuns(): readonly AscendingRun[] {
    return this.index.historyRuns.list();
  }

  /** Appends a step. Returns the positions of its changes in the plan. */
  public async append(step: PlanStep): Promise<Range> {
    const summary = summarizeStep(step);
    return this.index.note(summary, await this.write(writeStep(step, summary)));
  }

  /** Marks the plan complete. */
  public async finish(tally: PlanTally): Promise<void> {
    const line: PlanEnd = { end: true, tally };
    this.index.note(line, await this.write(JSON.stringify(line)));
  }

  public flush(): Promise<void> {
    return this.lines.flush();
  }

  /** The changes at these positions, in order, one chunk for each step. */
  public async *chunks(
    ranges: readonly Range[],
  ): AsyncGenerator<{ rows: Range[]; changes: Change[] }, void, undefined> {
    for await (const [{ from, rows }, step] of this.lines.read(stepsWith(this.index.steps, ranges))) {
      const changes = withLongIds((step as StepRows).changes);
      yield { rows, changes: rows.flatMap(([first, end]) => changes.slice(first - from, end - from)) };
    }
  }

  /**
   * The history rows at these positions, in order, one chunk for each step. History rows have positions of their own.
   */
  public async *history(
    ranges: readonly Range[],
  ): AsyncGenerator<{ rows: Range[]; changes: HistoryRow[] }, void, undefined> {
    for await (const [{ from, rows }, step] of this.lines.read(stepsWith(this.index.history, ranges))) {
      const { history = [] } = step as StepRows;
      yield { rows, changes: rows.flatMap(([first, end]) => history.slice(first - from, end - from)) };
    }
  }

  /** The deferred changes, one list for each step. */
  public async *deferred(): AsyncGenerator<readonly DeferredChange[], void, undefined> {
    const places = this.index.deferred.slice(this.index.resolved);
    for await (const [, step] of this.lines.read(places)) yield withLongIds((step as StepRows).held);
  }

  public [Symbol.asyncDispose](): Promise<void> {
    return this.lines[Symbol.asyncDispose]();
  }

  private async write(json: string): Promise<Place> {
    try {
      return await this.lines.appendJson(json);
    } catch (cause) {
      throw bylineError('journalUnwritable', [this.path, (cause as Error).message], { cause });
    }
  }
}

/** Ids of 15 characters are completed to 18, because the org and all comparisons use 18. */
function withLongIds<C extends Change>(changes: readonly C[]): readonly C[] {
  const isShort = changes.some(({ id }) => id.length === ID_LENGTH);
  return isShort ? changes.map((change) => ({ ...change, id: toLongId(change.id) })) : changes;
}

/** Opens a file as a plan. On an error, closes the file and names it in the error. */
async function open(
  path: string,
  openLines: () => Promise<JsonLinesFile>,
  toPlan: (lines: JsonLinesFile) => Promise<PlanFile>,
): Promise<PlanFile> {
  let lines: JsonLinesFile | undefined;
  try {
    lines = await openLines();
    return await toPlan(lines);
  } catch (error) {
    await lines?.[Symbol.asyncDispose]();
    throw toPlanError(error, path);
  }
}

function toPlanError(error: unknown, path: string): unknown {
  if (error instanceof DamagedLine) return bylineError('planDamaged', [path, error.message], { cause: error });
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return bylineError(code === 'ENOENT' ? 'planNotFound' : 'planUnreadable', [path, code], { cause: error });
}
