import { expect } from 'chai';
import { type KnownFault, knownFault } from '../emulator/org/known-faults.ts';
import type { Fault } from '../emulator/server.ts';
import type { EmulatedServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { problems } from './end.ts';
import { InProcessRun, type InProcessOptions } from './in-process-run.ts';

/** For one request, in a run where some get no answer: timers of one process go off in their order, however busy it is. */
const [TIMEOUT_MS, TOO_LATE_MS] = [150, 300];

type FaultOptions = Fault | KnownFault | 'expired';

/** What can happen to a request. A session that expires is told to the org, not to its server. */
export const FAULTS: Readonly<Record<string, FaultOptions>> = {
  'an instance that is down': 'maintenance',
  'a plea for fewer requests': 'edge-limit',
  'too many requests under way': 'concurrent-requests',
  'a reset before the org has it': { fault: 'cut-before' },
  'a reset after the org has it': { fault: 'cut-after' },
  'a slow answer': { fault: 'slow', ms: 20 },
  'no answer within the time': { fault: 'hang' },
  'an answer after the time': { fault: 'slow', ms: TOO_LATE_MS },
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

/** Tells the org what is to happen to a request of this kind, after `skip` of them. */
export function tell(run: InProcessRun, kind: string, fault: FaultOptions, { skip = 0, times = 1 } = {}): void {
  const { org } = run;
  if (fault === 'expired') return org.expireSessionAfter(kind, skip + 1);
  if (isTooLate(fault)) run.timeoutMs = TIMEOUT_MS;
  org.faults.tell(kind, typeof fault === 'string' ? knownFault(fault, kind) : fault, { skip, times });
}

const isTooLate = (fault: Fault | KnownFault): boolean =>
  typeof fault === 'object' &&
  (['hang', 'late'].includes(fault.fault) || (fault.fault === 'slow' && fault.ms > TIMEOUT_MS));

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
