import { ParallelMultiStageOutput } from '@oclif/multi-stage-output';
import { grouped } from '../report/text.ts';
import type { Figures } from './figures.ts';
import type { Display } from './screen.ts';

const COUNTS = 'Query and count';
const BATCHES = 'Send batches';
const RESULTS = 'Read results';

/** The terminal is drawn at most this often, in milliseconds. */
const PACE_MS = 100;

/** Progress in a terminal: the stages overlap, as batches are sent while counts are still coming in. */
export class Stages implements Display {
  private readonly output: ParallelMultiStageOutput<Record<string, unknown> & Partial<Figures>>;
  private readonly begun = new Set<string>();
  private readonly done = new Set<string>();
  private lastAt = 0;
  private latest: Figures | undefined;

  public constructor(title: string) {
    this.output = new ParallelMultiStageOutput({
      title,
      stages: [COUNTS, BATCHES, RESULTS],
      jsonEnabled: false,
      stageSpecificBlock: [
        { stage: COUNTS, type: 'dynamic-key-value', label: 'Records', get: (data) => figure(data?.counted) },
        { stage: COUNTS, type: 'dynamic-key-value', label: 'Changed', get: (data) => figure(data?.changed) },
        { stage: BATCHES, type: 'dynamic-key-value', label: 'Batches', get: (data) => figure(data?.batches) },
        { stage: BATCHES, type: 'dynamic-key-value', label: 'Rows', get: (data) => figure(data?.rows) },
        { stage: RESULTS, type: 'dynamic-key-value', label: 'Updated', get: (data) => figure(data?.updated) },
        { stage: RESULTS, type: 'dynamic-key-value', label: 'Failed', get: (data) => figure(data?.failed) },
      ],
      postStagesBlock: [
        { type: 'static-key-value', label: 'Job', bold: true, get: (data) => data?.job ?? undefined },
        { type: 'static-key-value', label: 'Link', get: (data) => data?.jobUrl ?? undefined },
      ],
    });
    this.begin(COUNTS);
  }

  public show(figures: Figures): void {
    this.latest = figures;
    if (figures.phase !== 'counts') this.finish(COUNTS);
    if (figures.job !== null) this.begin(BATCHES);
    if (figures.phase === 'results' && figures.job !== null) {
      this.finish(BATCHES);
      this.begin(RESULTS);
    }
    if (Date.now() - this.lastAt < PACE_MS) return;
    this.lastAt = Date.now();
    this.output.updateData(figures);
  }

  public stop(failed: boolean): void {
    if (this.latest) this.output.updateData(this.latest);
    if (failed) return this.output.error();
    for (const stage of this.begun) this.finish(stage);
    this.output.stop('skipped');
  }

  private begin(stage: string): void {
    if (this.begun.has(stage)) return;
    this.begun.add(stage);
    this.output.startStage(stage);
  }

  private finish(stage: string): void {
    if (this.done.has(stage)) return;
    this.begin(stage);
    this.done.add(stage);
    this.output.stopStage(stage);
  }
}

const figure = (value: number | undefined): string | undefined => (value === undefined ? undefined : grouped(value));
