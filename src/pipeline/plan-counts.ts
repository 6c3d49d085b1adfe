import type { ArticleRecord, Change } from '../model/change.ts';
import { type HistoryRow, NO_HISTORY } from '../model/history.ts';
import type { DeferredChange, PlanStep } from '../model/plan.ts';
import type { ServiceTally } from '../model/reading.ts';
import type { PlannedService, PlanTally } from '../model/run-facts.ts';
import { type ChangeRules, type Diff, diffRecord, resolveDeferred } from './changes.ts';
import { type CountedRecord, type LookUpCountsOptions, lookUpCounts } from './look-up-counts.ts';
import { type DraftRow, draftRow, type HistoryPlanning, isWanted, withoutDoubtful } from './draft-history.ts';

export type PlanningOptions = ChangeRules &
  LookUpCountsOptions & {
    /** The tallies of the services in the whole run, counting the URLs of its first `records` records. */
    readonly tallies: (records: number) => Readonly<Record<string, ServiceTally>>;
    /** The sums of an interrupted process to continue from. */
    readonly earlier: PlanTally | null;
    /** Reads the deferred changes from the plan when all records are counted. */
    readonly deferred: () => AsyncIterable<readonly DeferredChange[]>;
    /** Set if a history is kept. */
    readonly history?: HistoryPlanning | null;
    /** Receives each record with what the services say of it. */
    readonly onCounted?: (counted: CountedRecord) => void;
  };

/** The result for a record, and the history row it may get. */
type Entry = { readonly diff: Diff; readonly draft: DraftRow | undefined };

/**
 * Plans changes from records: counts, compares, and defers what depends on a 0 that can't be trusted yet. Deferred
 * changes follow when all records are counted, without the zeros of services that look dead: they returned no count
 * above 0 in the whole run, although the org holds some.
 */
export async function* planCounts(
  pages: AsyncIterable<readonly ArticleRecord[]>,
  options: PlanningOptions,
): AsyncGenerator<PlanStep, void, undefined> {
  const sums = new PlanSums(options);
  for await (const chunk of lookUpCounts(pages, options, options.earlier?.queried)) {
    const drafts = await draftRows(chunk, options);
    const entries = chunk.map((counted, at) => ({
      diff: diffRecord(sums.note(counted), options, sums.believed),
      draft: drafts[at],
    }));
    yield sums.step(entries, { through: chunk.at(-1)?.record.id ?? null });
  }
  const disbelieved = sums.endOfCounting();
  for await (const deferred of options.deferred()) {
    yield sums.step(
      deferred.map((change) => resolveEntry(change, disbelieved, options)),
      { resolvesDeferred: true },
    );
  }
  yield sums.step([], {});
}

/** The most distinct reasons counted; reasons for private hosts contain the host name. */
const REASONS = 10;
const OTHER_REASONS = 'other reasons';

/** Drafts the history rows of records, after reading the period's existing rows. */
async function draftRows(
  chunk: readonly CountedRecord[],
  options: PlanningOptions,
): Promise<readonly (DraftRow | undefined)[]> {
  const { history } = options;
  if (!history) return [];
  const existing = await history.read(chunk.map(({ record }) => record.id));
  return chunk.map((counted) => draftRow(counted, existing.get(counted.record.id), options, history.settings));
}

/** A deferred change and its row, without untrusted counts. */
function resolveEntry(deferred: DeferredChange, disbelieved: ReadonlySet<string>, options: PlanningOptions): Entry {
  const { history: draft, ...change } = deferred;
  const diff = resolveDeferred(change, disbelieved, options.stamp?.field ?? null);
  if (!draft || !options.history) return { diff, draft: undefined };
  const doubtful = new Set(deferred.doubtful.filter((field) => disbelieved.has(field)));
  return { diff, draft: withoutDoubtful(draft, doubtful, options.fields, options.history.settings) };
}

class PlanSums {
  /** Services that have returned a positive count. */
  public readonly believed: Set<string>;
  private readonly contradicted: Set<string>;
  private readonly looksDead = new Set<string>();
  /** The number of records skipped because of their URL, by reason. */
  private readonly skips: Map<string, number>;
  private readonly options: PlanningOptions;
  private readonly sums = { queried: 0, skippedUrls: 0, unchanged: 0, uncounted: 0, changed: 0, conflicts: 0 };
  private rows = NO_HISTORY;

  public constructor(options: PlanningOptions) {
    this.options = options;
    const { services = {}, skipReasons = {}, history, ...sums } = options.earlier ?? {};
    this.skips = new Map(Object.entries(skipReasons));
    Object.assign(this.sums, sums);
    this.rows = history ?? NO_HISTORY;
    const those = (wanted: (service: PlannedService) => boolean): string[] =>
      Object.keys(services).filter((name) => wanted(services[name]!));
    this.believed = new Set(those(({ positive }) => positive));
    this.contradicted = new Set(those(({ contradicted }) => contradicted));
  }

  /** Records what a record's counts say about the services. */
  public note(counted: CountedRecord): CountedRecord {
    this.options.onCounted?.(counted);
    const { fields } = this.options;
    // Without a list of entries: this is done for every record of a run.
    for (const service in fields) {
      const reading = counted.readings[service];
      if (reading?.state === 'skipped' && reading.positive) this.believed.add(service);
      if (reading?.state !== 'ok') continue;
      if (reading.count > 0) this.believed.add(service);
      else if (Number(counted.record.stored[fields[service]!]) > 0) this.contradicted.add(service);
    }
    return counted;
  }

  /** Makes a step of the results for some records. */
  public step(entries: readonly Entry[], { through = null, resolvesDeferred = false }: Partial<PlanStep>): PlanStep {
    const changes: Change[] = [];
    const deferred: DeferredChange[] = [];
    const history: HistoryRow[] = [];
    // Deferred changes were counted as queried when they were deferred.
    if (!resolvesDeferred) this.sums.queried += entries.length;
    for (const { diff, draft } of entries) {
      switch (diff.kind) {
        case 'changed':
          history.push(...this.rowOf(draft, diff.change));
          this.sums.changed += 1;
          changes.push(diff.change);
          break;
        case 'deferred':
          deferred.push(draft ? { ...diff.deferred, history: draft } : diff.deferred);
          break;
        case 'skipped':
          this.sums.skippedUrls += 1;
          this.noteSkip(diff.reason);
          break;
        case 'unchanged':
        case 'uncounted':
          history.push(...this.rowOf(draft, null));
          this.sums[diff.kind] += 1;
          break;
      }
    }
    const rows = this.options.history ? { history } : {};
    return { changes, deferred, conflicts: [], ...rows, resolvesDeferred, through, tally: this.tally() };
  }

  /** The history row of a record, if it is to be written; `change` is the next change of the plan. */
  private rowOf(draft: DraftRow | undefined, change: Change | null): HistoryRow[] {
    const { history, fields } = this.options;
    if (!draft || !history || !isWanted(draft, change?.fields ?? {}, fields, history.settings)) return [];
    const { rows, created } = this.rows;
    this.rows = { ...this.rows, rows: rows + 1, created: created + (draft.isNew ? 1 : 0) };
    return [{ ...draft, change: change && this.sums.changed }];
  }

  private noteSkip(reason: string): void {
    const isKnown = this.skips.has(reason) || this.skips.size < REASONS;
    const told = isKnown ? reason : OTHER_REASONS;
    this.skips.set(told, (this.skips.get(told) ?? 0) + 1);
  }

  /** Decides which services look dead. Returns the fields whose zeros aren't trusted. */
  public endOfCounting(): Set<string> {
    const { fields, allowZeros } = this.options;
    if (allowZeros) return new Set();
    for (const service of this.contradicted) if (!this.believed.has(service)) this.looksDead.add(service);
    return new Set([...this.looksDead].map((service) => fields[service]!));
  }

  private tally(): PlanTally {
    const now = this.options.tallies(this.sums.queried);
    const services = Object.keys(this.options.fields).map((name) => [name, this.service(name, now[name])] as const);
    const history = this.options.history ? { history: this.rows } : {};
    const skipReasons = Object.fromEntries(this.skips);
    return { ...this.sums, skipReasons, services: Object.fromEntries(services), ...history };
  }

  private service(name: string, now: ServiceTally | undefined): PlannedService {
    const dead = this.looksDead.has(name);
    return {
      ...{ requests: now?.requests ?? 0, ok: now?.ok ?? 0, failed: now?.failed ?? 0, skipped: now?.skipped ?? 0 },
      state: dead ? 'looks-dead' : (now?.state ?? 'ok'),
      reason: dead ? DEAD_REASON : (now?.reason ?? null),
      positive: this.believed.has(name),
      contradicted: this.contradicted.has(name),
    };
  }
}

const DEAD_REASON = 'answered 0 for every URL, though the org holds counts above 0; nothing of it is written';
