import { ParallelMultiStageOutput } from '@oclif/multi-stage-output';
import type { RunEnd } from '../model/run-facts.ts';
import type { Display, Figures } from './figures.ts';
import { FiguresText } from './figures-text.ts';

const BATCHES = 'Send batches';
const RESULTS = 'Read results';

type Shown = { readonly records?: string; readonly sent?: string; readonly outcomes?: string };

/** Progress in a terminal. Stages overlap, because batches are sent while counts still arrive. */
export class Stages implements Display {
  private readonly output: ParallelMultiStageOutput<Record<string, unknown> & Shown>;
  private readonly text = new FiguresText();
  private readonly planning: string | null;
  private readonly stages: readonly string[];
  private readonly begun = new Set<string>();
  private readonly done = new Set<string>();

  /** `planning` names the planning stage, and is `null` if there is none; `writes` says whether there are others. */
  public constructor(title: string, planning: string | null, writes: boolean) {
    this.planning = planning;
    this.stages = [...(planning === null ? [] : [planning]), ...(writes ? [BATCHES, RESULTS] : [])];
    const blocks = [
      { stage: planning ?? '', type: 'dynamic-key-value', label: 'Records', get: (data?: Shown) => data?.records },
      { stage: BATCHES, type: 'dynamic-key-value', label: 'Rows sent', get: (data?: Shown) => data?.sent },
      { stage: RESULTS, type: 'dynamic-key-value', label: 'Rows', get: (data?: Shown) => data?.outcomes },
    ] as const;
    this.output = new ParallelMultiStageOutput({
      title,
      stages: this.stages,
      jsonEnabled: false,
      stageSpecificBlock: blocks.filter(({ stage }) => this.stages.includes(stage)),
    });
    if (planning !== null) this.begin(planning);
  }

  public show(figures: Figures): void {
    this.text.note(figures, Date.now());
    if (this.planning !== null && figures.phase !== 'counts') this.finish(this.planning);
    const writes = figures.job !== null || figures.batches > 0;
    if (writes) this.begin(BATCHES);
    if (figures.phase === 'results' && writes) {
      this.finish(BATCHES);
      this.begin(RESULTS);
    }
    this.output.updateData({
      records: this.text.records(figures),
      sent: this.text.sent(figures),
      outcomes: this.text.outcomes(figures),
    });
  }

  public stop(end: RunEnd | null, figures: Figures): void {
    this.show(figures);
    const written = this.begun.has(BATCHES);
    if (end === 'Completed' && !written && this.stages.includes(BATCHES))
      for (const stage of [BATCHES, RESULTS]) this.output.updateStage(stage, 'skipped');
    this.output.stop(statusOf(end));
  }

  private begin(stage: string): void {
    if (this.begun.has(stage) || !this.stages.includes(stage)) return;
    this.begun.add(stage);
    this.output.startStage(stage);
  }

  private finish(stage: string): void {
    if (this.done.has(stage) || !this.stages.includes(stage)) return;
    this.begin(stage);
    this.done.add(stage);
    this.output.stopStage(stage);
  }
}

/** The status of running stages at the end of a run; `null` means an error. */
function statusOf(end: RunEnd | null): 'completed' | 'warning' | 'async' | 'aborted' | 'failed' {
  switch (end) {
    case 'Planned':
    case 'Completed':
      return 'completed';
    case 'CompletedWithFailures':
      return 'warning';
    case 'InProgress':
      return 'async';
    case 'Aborted':
      return 'aborted';
    case 'Failed':
    case null:
      return 'failed';
  }
}
