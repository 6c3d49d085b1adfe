import type { RunState } from '../model/run-state.ts';
import type { Clock } from '../model/clock.ts';
import type { OpenOrg } from '../process/open-org.ts';
import type { ProgressListener } from './progress-listener.ts';

/** What a run needs from the process it runs in. */
export type RunContext = {
  /** The folder the runs are kept in. */
  readonly folder: string;
  /** API requests sent by this process. */
  readonly requests: () => number;
  /** Called after each fact. */
  readonly observe: (run: RunState) => void;
  readonly clock: Clock;
};

export function runContextOf(org: OpenOrg, folder: string, listener: ProgressListener): RunContext {
  return { folder, requests: () => org.counter.used, observe: (state) => listener.run(state), clock: org.clock };
}
