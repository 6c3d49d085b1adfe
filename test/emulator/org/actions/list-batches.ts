import { jobOf } from '../bulk/find.ts';
import { batchInfoList } from '../bulk/info.ts';
import type { Call } from '../call.ts';
import { xml } from '../replies.ts';
import type { EmulatorReply } from '../../server.ts';

/** GET job/{id}/batch: all batches, in the order they were added; none at all for a job without batches. */
export const listBatches = (call: Call): EmulatorReply => xml(batchInfoList(jobOf(call)));
