import { batchOf, jobOf } from '../bulk/find.ts';
import { batchInfo } from '../bulk/info.ts';
import type { Call } from '../call.ts';
import { xml } from '../replies.ts';
import type { EmulatorReply } from '../../server.ts';

/** GET job/{id}/batch/{batchId}. */
export const getBatch = (call: Call): EmulatorReply => xml(batchInfo(batchOf(call, jobOf(call))));
