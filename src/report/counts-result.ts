import type { Reading, ServiceTally } from '../model/reading.ts';
import type { ServiceResult } from './result.ts';

/** The JSON result of `counts`. A URL stands once, with the ids of all records that hold it. */
export type CountsResult = {
  counts: UrlCounts[];
  services: Record<string, ServiceResult>;
  files: {
    /** The settings file the command went by; `null` where it went by none. */
    settings: string | null;
  };
};

export type UrlCounts = { url: string; ids: string[]; services: Record<string, CountResult> };

/** What a service said of a URL; `count` only where it is `ok`, `reason` only where it is not. */
export type CountResult = { state: 'ok'; count: number } | { state: 'failed' | 'skipped'; reason: string };

/** A record, or a URL without one (its id is empty), and what the services say of it. */
export type CountedUrl = {
  readonly record: { readonly id: string; readonly url: string };
  readonly problem: string | undefined;
  readonly readings: Readonly<Record<string, Reading>>;
};

/** Gathers counts by URL, in the order the URLs first came. */
export class CountsCollector {
  private readonly names: readonly string[];
  private readonly byUrl = new Map<string, UrlCounts>();

  public constructor(names: readonly string[]) {
    this.names = names;
  }

  public add({ record, problem, readings }: CountedUrl): void {
    const known = this.byUrl.get(record.url);
    const counts = known ?? { url: record.url, ids: [], services: this.toCounts(problem, readings) };
    if (!known) this.byUrl.set(record.url, counts);
    if (record.id !== '') counts.ids.push(record.id);
  }

  /** The result, once all counts are in. */
  public result(
    tallies: Readonly<Record<string, ServiceTally>>,
    fields: Readonly<Record<string, string>>,
  ): Omit<CountsResult, 'files'> {
    const services = this.names.map((name) => [name, { field: fields[name] ?? null, ...tallies[name]! }] as const);
    return { counts: [...this.byUrl.values()], services: Object.fromEntries(services) };
  }

  private toCounts(problem: string | undefined, readings: CountedUrl['readings']): Record<string, CountResult> {
    const all = this.names.map((name): [string, CountResult] => {
      return [name, problem === undefined ? readings[name]! : { state: 'skipped', reason: problem }];
    });
    return Object.fromEntries(all);
  }
}

/** Whether some count is unavailable: one failed or was skipped by its service, or no URL could be asked for at all. */
export function isPartial({ counts, services }: CountsResult): boolean {
  const allSkipped =
    counts.length > 0 && counts.every((url) => Object.values(url.services).every(({ state }) => state === 'skipped'));
  return allSkipped || Object.values(services).some(({ failed, skipped }) => failed > 0 || skipped > 0);
}
