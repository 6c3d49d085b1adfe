import type { Names } from '../model/names.ts';
import type { Reading, ServiceTally } from '../model/reading.ts';
import type { ServiceResult } from './result.ts';

/** The JSON result of `counts`. Each URL appears once, with the ids of all its records. */
export type CountsResult = {
  counts: UrlCounts[];
  services: Record<string, ServiceResult>;
  files: {
    /** The settings file the command used; `null` if none. */
    settings: string | null;
  };
};

export type UrlCounts = { url: string; ids: string[]; services: Record<string, CountResult> };

/** A service's answer for a URL. */
export type CountResult = { state: 'ok'; count: number } | { state: 'failed' | 'skipped'; reason: string };

/** A record, or a URL without one (its id is empty), and its readings. */
export type CountedUrl = {
  readonly record: Names & { readonly id: string; readonly url: string };
  readonly problem: string | undefined;
  readonly readings: Readonly<Record<string, Reading>>;
};

/** What people call the articles at a URL: the labels of its records, each once. A URL without labels is not in it. */
export type UrlLabels = ReadonlyMap<string, readonly string[]>;

/** Collects counts by URL, in the order in which URLs first appeared. */
export class CountsCollector {
  private readonly names: readonly string[];
  private readonly byUrl = new Map<string, UrlCounts>();
  private readonly labelsByUrl = new Map<string, string[]>();

  public constructor(names: readonly string[]) {
    this.names = names;
  }

  public add({ record, problem, readings }: CountedUrl): void {
    const known = this.byUrl.get(record.url);
    const counts = known ?? { url: record.url, ids: [], services: this.toCounts(problem, readings) };
    if (!known) this.byUrl.set(record.url, counts);
    if (record.id !== '') counts.ids.push(record.id);
    if (record.label !== undefined) this.addLabel(record.url, record.label);
  }

  /** The labels so far. */
  public get labels(): UrlLabels {
    return this.labelsByUrl;
  }

  public result(
    tallies: Readonly<Record<string, ServiceTally>>,
    fields: Readonly<Record<string, string>>,
  ): Omit<CountsResult, 'files'> {
    const services = this.names.map((name) => [name, { field: fields[name] ?? null, ...tallies[name]! }] as const);
    return { counts: [...this.byUrl.values()], services: Object.fromEntries(services) };
  }

  private addLabel(url: string, label: string): void {
    const labels = this.labelsByUrl.get(url);
    if (!labels) this.labelsByUrl.set(url, [label]);
    else if (!labels.includes(label)) labels.push(label);
  }

  private toCounts(problem: string | undefined, readings: CountedUrl['readings']): Record<string, CountResult> {
    const all = this.names.map((name): [string, CountResult] => {
      return [name, problem === undefined ? readings[name]! : { state: 'skipped', reason: problem }];
    });
    return Object.fromEntries(all);
  }
}

/** Whether a count is unavailable: one failed or was skipped by its service, or no URL was valid. */
export function isPartial({ counts, services }: CountsResult): boolean {
  const allSkipped =
    counts.length > 0 && counts.every((url) => Object.values(url.services).every(({ state }) => state === 'skipped'));
  return allSkipped || Object.values(services).some(({ failed, skipped }) => failed > 0 || skipped > 0);
}
