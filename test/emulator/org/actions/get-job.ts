import { jobOf } from '../bulk/find.ts';
import { jobInfo } from '../bulk/info.ts';
import type { Call } from '../call.ts';
import { xml } from '../replies.ts';
import type { EmulatorReply } from '../../server.ts';

/** GET job/{id}. A v1 job whose batches are all done is still Open or Closed. */
export const getJob = (call: Call): EmulatorReply => xml(jobInfo(jobOf(call)));
