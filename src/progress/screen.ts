import type { PlanTally, RunEnd } from '../model/run-facts.ts';
import type { RunState } from '../model/run-state.ts';
import { jobUrl } from '../report/result.ts';
import { type Display, toFigures } from './figures.ts';
import { inPipeline } from './in-pipeline.ts';
import { QuietLines } from './quiet-lines.ts';
import type { Stages } from './stages.ts';

export type ScreenOptions = {
  readonly json: boolean;
  readonly title: string;
  /** What the stage is called that makes the plan; normally it queries and counts. */
  readonly planning?: string;
  /** Only counts are shown, as nothing is written. */
  readonly dryRun?: boolean;
  readonly warn: (text: string) => void;
  /** Writes a line to standard error; standard output is left to the result. */
  readonly print: (text: string) => void;
};

/** Milliseconds between two redraws of a terminal. */
const FRAME_MS = 200;

/**
 * What a person sees while a run goes on: stages in a terminal, a line now and then where output goes to a file or a
 * pipeline's log, nothing under `--json`. A job is named, with its link, as soon as there is one: on a line of its own,
 * which stays whole however narrow the terminal is. Warnings are given once each.
 */
export class Screen {
  private readonly options: ScreenOptions;
  /** What draws over a terminal, where there is one. */
  private readonly stages: typeof Stages | null;
  private readonly warned = new Set<string>();
  private readonly named = new Set<string>();
  private display: Display | undefined;
  private timer: NodeJS.Timeout | undefined;
  private state: RunState | undefined;
  private tally: PlanTally | undefined;
  private records: number | null = null;

  private constructor(options: ScreenOptions, stages: typeof Stages | null) {
    this.options = options;
    this.stages = stages;
    this.start();
  }

  /** Begins to show a run. What draws over a terminal is only loaded where somebody sees it. */
  public static async open(options: ScreenOptions): Promise<Screen> {
    const stages = !options.json && isAnimated() ? (await import('./stages.ts')).Stages : null;
    return new Screen(options, stages);
  }

  public run(state: RunState): void {
    const job = state.jobs.at(-1)?.id;
    if (job !== undefined && !this.named.has(job) && !this.options.json) {
      this.named.add(job);
      this.options.print(`Job ${job}: ${jobUrl(state.org.instanceUrl, job)}`);
    }
    this.state = state;
    this.start();
  }

  public plan(tally: PlanTally): void {
    this.tally = tally;
    this.start();
  }

  /** There are so many records to read in all. */
  public total(records: number): void {
    this.records = records;
    this.start();
  }

  /** Writes a line above the progress. */
  public notify(text: string): void {
    if (!this.options.json) this.options.print(text);
  }

  public warn(text: string): void {
    if (this.warned.has(text)) return;
    this.warned.add(text);
    this.options.warn(text);
  }

  /** Leaves the terminal to a prompt. What comes later is drawn below it. */
  public pause(): void {
    this.end('Planned');
  }

  /** Shows the last figures and ends. */
  public stop(): void {
    this.end(this.state?.end?.state ?? null);
  }

  private start(): void {
    if (this.display || this.options.json) return;
    const { title, planning = 'Query and count', dryRun = false, print } = this.options;
    const { stages } = this;
    const pace = {
      everyMs: milliseconds('SF_CI_UPDATE_FREQUENCY_MS', 5000),
      silenceMs: milliseconds('SF_CI_HEARTBEAT_FREQUENCY_MS', 300_000),
    };
    this.display = stages ? new stages(title, planning, dryRun) : new QuietLines({ print, now: Date.now }, pace);
    this.timer = setInterval(() => this.show(), stages ? FRAME_MS : Math.min(1000, pace.everyMs));
  }

  private end(end: RunEnd | null): void {
    clearInterval(this.timer);
    this.display?.stop(end, toFigures(this.state, this.tally, this.records));
    this.display = undefined;
  }

  private show(): void {
    this.display?.show(toFigures(this.state, this.tally, this.records));
  }
}

/** Whether a person watches a terminal that can be drawn over. */
function isAnimated(): boolean {
  return process.stdout.isTTY && !inPipeline() && process.env['TERM'] !== 'dumb';
}

/** A number of milliseconds from the environment, by the names `sf` gives them. */
function milliseconds(name: string, otherwise: number): number {
  const value = Number(process.env[name]);
  return Number.isFinite(value) && value > 0 ? value : otherwise;
}
