import type { OpenOrg } from '../process/open-org.ts';
import type { ProgressListener } from './progress-listener.ts';

/** What every command that works on runs needs. */
export type LocalContext = {
  readonly runsDir: string;
  readonly progress: ProgressListener;
  /** Aborts when the user or the machine ends the process. */
  readonly signal: AbortSignal;
};

/** The same, with the org of the run. */
export type RunContext = LocalContext & { readonly org: OpenOrg };
