import { expect } from 'chai';
import { type KnownFault, knownFault } from '../emulator/org/known-faults.ts';
import type { Fault } from '../emulator/server.ts';
import type { EmulatedServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun, type InProcessOptions } from './in-process-run.ts';

type FaultOptions = Fault | KnownFault | 'expired';

/** Answers that say that the request was not processed: the session reads them, whatever kind the request is of. */
const REFUSED = ['maintenance', 'edge-limit', 'concurrent-requests'] as const;

/** What can happen to a request. A session that expires is told to the org, not to its server. */
export const FAULTS: Readonly<Record<string, FaultOptions>> = {
  'a refusal': 'maintenance',
  'a reset before the org has it': { fault: 'cut-before' },
  'a reset after the org has it': { fault: 'cut-after' },
  'no answer within the time': { fault: 'hang' },
  'no answer within the time, but the work is done': { fault: 'hang', done: true },
  'an expired session': 'expired',
};

export type Fixture = AsyncDisposable & { readonly run: InProcessRun; readonly refused: readonly string[] };

/** Twelve articles: one that is refused, one that is locked once, so that the run has every kind of request. */
export async function startFixture(services: EmulatedServices, options: InProcessOptions = {}): Promise<Fixture> {
  const run = await InProcessRun.start(services, { pageSize: 5, batchSize: 3, ...options });
  const ids = insertArticles(run, 12);
  const refused = [ids[1]!];
  run.org.refuseRows({ ids: refused, statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'no' });
  run.org.lockRows([ids[6]!], 1);
  return { run, refused, [Symbol.asyncDispose]: () => run[Symbol.asyncDispose]() };
}

/** The faults of the `index`-th request that is tried: each of them, where there are several refusals the next one. */
export const faultsAt = (index: number): [string, FaultOptions][] =>
  Object.entries(FAULTS).map(([name, fault]) => {
    const refusal = REFUSED[index % REFUSED.length]!;
    return fault === 'maintenance' ? [`${name} (${refusal})`, refusal] : [name, fault];
  });

/**
 * The same faults, but either the resets or the deadlines, by turns: to the product, both mean that the outcome of the
 * request is unknown.
 */
export const distinctFaultsAt = (index: number): [string, FaultOptions][] => {
  const other = index % 2 === 0 ? 'hang' : 'cut';
  return faultsAt(index).filter(([, fault]) => typeof fault === 'string' || !fault.fault.startsWith(other));
};

/** Tells the org what is to happen to a request of this kind, after `skip` of them. */
export function tell(run: InProcessRun, kind: string, fault: FaultOptions, { skip = 0, times = 1 } = {}): void {
  const { org } = run;
  if (fault === 'expired') return org.expireSessionAfter(kind, skip + 1);
  if (typeof fault === 'object' && ['hang', 'late'].includes(fault.fault)) run.tellDeadlines();
  org.faults.tell(kind, typeof fault === 'string' ? knownFault(fault, kind) : fault, { skip, times });
}

/** Runs `sync`, and looks whether all is as it would be without the fault. */
export async function expectRightEnd(
  { run, refused }: Fixture,
  where: string,
  options: Parameters<InProcessRun['sync']>[0] = {},
): Promise<void> {
  const { result } = await run.sync(options).catch((error: unknown) => {
    throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
  });
  expect(problems(run, { refused }), where).to.deep.equal([]);
  expect(result.state, where).to.equal('CompletedWithFailures');
  expect(result.records, where).to.include({ changed: 12, updated: 11, failed: 1, unprocessed: 0 });
  expect(
    result.failures.map(({ id }) => id),
    where,
  ).to.deep.equal(refused);
}
