import type {
  CountsSource,
  Fact,
  JournalEntry,
  PlannedService,
  PlanTally,
  RunSettings,
} from '../../src/model/run-facts.ts';
import { canonicalId } from '../emulator/org/data/ids.ts';
import { applyEntry, beginRun, type RunState } from '../../src/model/run-state.ts';

export const SOURCE: CountsSource = {
  ...{ kind: 'counts', stamp: null, where: null, limit: null, all: false, keepHighest: false, allowZeros: false },
  ...{ allowPrivateUrls: false, concurrency: 8, services: {} },
};

export const SETTINGS: RunSettings = {
  ...{
    sobject: 'Byline__c',
    urlField: 'Published_URL__c',
    fields: { twitter: 'Tweets__c' },
    stampField: null,
    labelField: null,
    authorField: null,
    history: null,
  },
  ...{ api: 'bulk', mode: 'Parallel', batchSize: 100, dryRun: false, source: SOURCE },
};

export const ORG = {
  username: 'editor@byline.example',
  orgId: '00D000000000001AAA',
  instanceUrl: 'https://byline.example',
};

export const RUN: Fact = {
  ...{ fact: 'run', version: 1, runId: '20261123T073015Z-4f2a1c', command: 'sync', org: ORG, apiVersion: '64.0' },
  settings: SETTINGS,
};

export const SERVICE: PlannedService = {
  ...{ requests: 0, ok: 0, failed: 0, skipped: 0, state: 'ok', reason: null, positive: false, contradicted: false },
};

/** The id of a record: they ascend with their numbers, which are below 10,000. */
export const idOf = (number: number): string => canonicalId(`a01Em00000${String(number).padStart(5, '0')}`)!;

/** The sums of a plan; zero where nothing is said. */
export function tallyOf(some: Partial<PlanTally> = {}): PlanTally {
  const zero = { queried: 0, skippedUrls: 0, unchanged: 0, uncounted: 0, changed: 0, conflicts: 0 };
  return { ...zero, services: {}, ...some };
}

/** The entries of a journal: a second and an API request pass from one to the next. */
export const entriesOf = (facts: readonly Fact[]): JournalEntry[] =>
  facts.map((fact, index) => ({ ...fact, at: 1_000_000 + index * 1000, api: index }));

/** The state of a run after these facts; its first one, `run`, goes without saying. */
export function stateAfter(...facts: Fact[]): RunState {
  const [first, ...rest] = entriesOf([RUN, ...facts]);
  const state = beginRun(first!);
  for (const entry of rest) applyEntry(state, entry);
  return state;
}
