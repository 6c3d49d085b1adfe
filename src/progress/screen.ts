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
  /** The name of the planning stage; by default "Query and count". */
  readonly planning?: string;
  /** Shows only the planning stage, because nothing is written. */
  readonly dryRun?: boolean;
  /** Whether the user confirms the plan: until then only the planning stage is shown, and afterwards the others. */
  readonly asks?: boolean;
  readonly warn: (text: string) => void;
  /** Shows no progress; warnings and notices still appear. */
  readonly concise?: boolean;
  /** Writes a line to standard error; standard output is for the result. */
  readonly print: (text: string) => void;
  /** Writes a link there, on a line of its own; `null` where whoever reads the result has not seen it. */
  readonly link: ((text: string, url: string) => void) | null;
};

/** Milliseconds between two redraws of a terminal. */
const FRAME_MS = 200;

/**
 * Shows the progress of a run: stages in a terminal, a line now and then in a file or a pipeline's log, nothing with
 * `--json` or `--concise`. A job and its link get a line of their own as soon as the job exists, so that the link stays
 * whole in narrow terminals. Each warning is shown once.
 */
export class Screen {
  private readonly options: ScreenOptions;
  /** The stages of a terminal; `null` elsewhere. */
  private readonly stages: typeof Stages | null;
  private readonly warned = new Set<string>();
  private readonly named = new Set<string>();
  private display: Display | undefined;
  private timer: NodeJS.Timeout | undefined;
  private state: RunState | undefined;
  private tally: PlanTally | undefined;
  private records: number | null = null;
  private paused = false;

  private constructor(options: ScreenOptions, stages: typeof Stages | null) {
    this.options = options;
    this.stages = stages;
  }

  /** Opens the display, which starts with the first news of a run. Terminal code is loaded only if it is used. */
  public static async open(options: ScreenOptions): Promise<Screen> {
    const stages = isShown(options) && isAnimated() ? (await import('./stages.ts')).Stages : null;
    return new Screen(options, stages);
  }

  public run(state: RunState): void {
    const job = state.jobs.at(-1)?.id;
    if (job !== undefined && !this.named.has(job) && isShown(this.options)) {
      this.named.add(job);
      const { link, print } = this.options;
      if (link) link(`Job ${job}`, jobUrl(state.org.instanceUrl, job));
      else print(`Job ${job}`);
    }
    this.state = state;
    // A plan that the user has rejected ends without the other stages.
    if (!this.paused || state.end === null) this.start();
  }

  /** The jobs whose links were shown. */
  public get linked(): ReadonlySet<string> {
    return this.options.link ? this.named : new Set();
  }

  public plan(tally: PlanTally): void {
    this.tally = tally;
    this.start();
  }

  /** Sets the total number of records to read. */
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

  /** Leaves the terminal to a prompt. Later output is drawn below it. */
  public pause(): void {
    this.paused = true;
    this.end('Planned');
  }

  /** Shows the last figures and stops. */
  public stop(): void {
    this.end(this.state?.end?.state ?? null);
  }

  private start(): void {
    if (this.display || !isShown(this.options)) return;
    const { title, planning = 'Query and count', dryRun = false, asks = false, print } = this.options;
    const { stages, paused } = this;
    const pace = {
      everyMs: milliseconds('SF_CI_UPDATE_FREQUENCY_MS', 5000),
      silenceMs: milliseconds('SF_CI_HEARTBEAT_FREQUENCY_MS', 300_000),
    };
    this.display = stages
      ? new stages(title, paused ? null : planning, !dryRun && (paused || !asks))
      : new QuietLines({ print, now: Date.now }, pace);
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

const isShown = ({ json, concise = false }: ScreenOptions): boolean => !json && !concise;

/** Whether output goes to a terminal that can be redrawn. */
function isAnimated(): boolean {
  return process.stdout.isTTY && !inPipeline() && process.env['TERM'] !== 'dumb';
}

/** A number of milliseconds from an environment variable of `sf`. */
function milliseconds(name: string, otherwise: number): number {
  const value = Number(process.env[name]);
  return Number.isFinite(value) && value > 0 ? value : otherwise;
}
