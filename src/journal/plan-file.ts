import { bylineError } from '../errors.ts';
import type { Change } from '../model/change.ts';
import type { HeldChange, PlanHeader, PlanProgress, PlanStep } from '../model/plan.ts';
import type { Range } from '../model/ranges.ts';
import type { PlanTally } from '../model/run-facts.ts';
import { type Stretch, Stretches } from '../model/stretches.ts';
import { DamagedLine, JsonLinesFile, parseLine, type Place, readLines } from './json-lines.ts';
import { readSummary, type StepSummary, summarize, writeStep } from './plan-step.ts';

type StepPlace = Place & { readonly from: number; readonly to: number };

/** Where the steps of a plan stand in its file. */
class PlanIndex {
  public readonly steps: StepPlace[] = [];
  public readonly held: StepPlace[] = [];
  public readonly stretches = new Stretches();
  public released = 0;
  public size = 0;
  public progress: PlanProgress = { through: null, tally: null, complete: false };

  public note(line: StepSummary | PlanEnd, place: Place): Range {
    if ('end' in line) {
      this.progress = { ...this.progress, tally: line.tally, complete: true };
      return [this.size, this.size];
    }
    const step = { ...place, from: this.size, to: this.size + line.changes };
    if (line.changes > 0) this.steps.push(step);
    if (line.held > 0) this.held.push(step);
    if (line.releases) this.released += 1;
    this.stretches.join(line.stretches);
    this.size = step.to;
    this.progress = { through: line.through ?? this.progress.through, tally: line.tally, complete: false };
    return [step.from, step.to];
  }
}

type PlanEnd = { readonly end: true; readonly tally: PlanTally };

/**
 * The ordered list of a run's changes, on disk: a header, a line for each step, a last line that says it is complete. Of
 * its content only the place of each step is kept in memory.
 */
export class PlanFile implements AsyncDisposable {
  public readonly header: PlanHeader;
  private readonly lines: JsonLinesFile;
  private readonly index: PlanIndex;

  private constructor(header: PlanHeader, lines: JsonLinesFile, index: PlanIndex) {
    this.header = header;
    this.lines = lines;
    this.index = index;
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

  /** Opens a plan an earlier process left, to go on with it. Throws an error naming it where it ends before row `least`. */
  public static async continue(path: string, least: number): Promise<PlanFile> {
    const { header, index, end } = await scan(path);
    if (index.size < least) {
      throw bylineError('planDamaged', [path, `it has ${index.size} changes, but ${least} were sent`]);
    }
    return new PlanFile(header, await JsonLinesFile.continue(path, end), index);
  }

  /** Opens a plan only to read from it, as far as it goes. */
  public static async view(path: string): Promise<PlanFile> {
    const { header, index } = await scan(path);
    return new PlanFile(header, await JsonLinesFile.view(path), index);
  }

  /** Opens a plan only to read from it. Throws an error naming the file where it was cut off. */
  public static async viewWhole(path: string): Promise<PlanFile> {
    const plan = await PlanFile.view(path);
    if (plan.progress.complete) return plan;
    await plan[Symbol.asyncDispose]();
    throw bylineError('planCutOff', [path]);
  }

  public get path(): string {
    return this.lines.path;
  }

  /** How many changes the plan holds so far. */
  public get size(): number {
    return this.index.size;
  }

  public get progress(): PlanProgress {
    return this.index.progress;
  }

  /** The stretches its changes form by the ids of their records. */
  public get stretches(): readonly Stretch[] {
    return this.index.stretches.list();
  }

  /** Adds a step. Returns the positions its changes have in the plan. */
  public async append(step: PlanStep): Promise<Range> {
    const summary = summarize(step);
    return this.index.note(summary, await this.write(writeStep(step, summary)));
  }

  /** Says that the plan is complete. */
  public async finish(tally: PlanTally): Promise<void> {
    const line: PlanEnd = { end: true, tally };
    this.index.note(line, await this.write(JSON.stringify(line)));
  }

  public flush(): Promise<void> {
    return this.lines.flush();
  }

  /** The changes at these positions, in order, a slice for each step they fall in. */
  public async *slices(
    ranges: readonly Range[],
  ): AsyncGenerator<{ rows: Range[]; changes: Change[] }, void, undefined> {
    for await (const [{ from, rows }, step] of this.lines.read(this.stepsWith(ranges))) {
      const { changes } = step as PlanStep;
      yield { rows, changes: rows.flatMap(([first, end]) => changes.slice(first - from, end - from)) };
    }
  }

  /** The steps these positions fall in, each with those of its own. */
  private *stepsWith(ranges: readonly Range[]): Generator<StepPlace & { rows: Range[] }, void, undefined> {
    let at = 0;
    for (const step of this.index.steps) {
      const rows: Range[] = [];
      for (; at < ranges.length && ranges[at]![0] < step.to; at += 1) {
        const [from, to] = ranges[at]!;
        rows.push([Math.max(from, step.from), Math.min(to, step.to)]);
        // The rest of this range is in the next step.
        if (to > step.to) break;
      }
      if (rows.length > 0) yield { ...step, rows };
    }
  }

  /** The changes that are held back, a list for each step. */
  public async *held(): AsyncGenerator<readonly HeldChange[], void, undefined> {
    const places = this.index.held.slice(this.index.released);
    for await (const [, step] of this.lines.read(places)) yield (step as PlanStep).held;
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

/** Reads a plan through. Throws an error naming the file where it is no plan, or the line where it is damaged. */
async function scan(path: string): Promise<{ header: PlanHeader; index: PlanIndex; end: number }> {
  const index = new PlanIndex();
  let header: PlanHeader | undefined;
  let end = 0;
  try {
    for await (const line of readLines(path)) {
      const { offset, length } = line;
      end = offset + length + 1;
      if (header) index.note(readSummary(line.bytes) ?? toLine(parseLine(line), line.line, path), { offset, length });
      else header = toHeader(parseLine(line), path);
    }
  } catch (error) {
    throw toPlanError(error, path, header !== undefined);
  }
  if (!header) throw bylineError('notAPlan', [path]);
  return { header, index, end };
}

function toPlanError(error: unknown, path: string, begun: boolean): unknown {
  if (error instanceof DamagedLine) {
    return begun
      ? bylineError('planDamaged', [path, error.message], { cause: error })
      : bylineError('notAPlan', [path]);
  }
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return bylineError(code === 'ENOENT' ? 'planNotFound' : 'planUnreadable', [path, code], { cause: error });
}

function toHeader(value: unknown, path: string): PlanHeader {
  const header = value as Partial<PlanHeader> | null;
  if (typeof header !== 'object' || header?.plan === undefined) throw bylineError('notAPlan', [path]);
  if (header.plan !== 1) throw bylineError('planTooNew', [path, String(header.plan)]);
  return header as PlanHeader;
}

/** What is no step as `append` writes it: the end, a step of an older version or one written by hand, or damage. */
function toLine(value: unknown, line: number, path: string): StepSummary | PlanEnd {
  const some = value as Partial<PlanStep & PlanEnd> | null;
  const isStep = Array.isArray(some?.changes) && Array.isArray(some.held);
  if (!isStep && some?.end !== true) throw bylineError('planDamaged', [path, `line ${line} is no step of a plan`]);
  return isStep ? summarize(some as PlanStep) : (some as PlanEnd);
}
