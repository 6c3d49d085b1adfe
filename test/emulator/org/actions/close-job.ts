import { jobOf } from '../bulk/find.ts';
import { jobInfo } from '../bulk/info.ts';
import { readJobInfo, refuseElements, unparsable } from '../bulk/read-job.ts';
import type { Call } from '../call.ts';
import { BulkError } from '../errors.ts';
import { xml } from '../replies.ts';
import type { EmulatorReply } from '../../server.ts';
import { abort } from './abort-job.ts';

/** POST job/{id}: `<state>` alone may be given, and leads from Open to Closed or from either to Aborted. */
export function changeJobState(call: Call): EmulatorReply {
  const job = jobOf(call);
  const given = readJobInfo(call.request, call.state.settings.strictOrder);
  refuseElements(given, ['state']);
  const wanted = given.get('state');
  if (wanted === 'Aborted') {
    if (job.state === 'Aborted') throw new BulkError('InvalidJobState', 'Aborting already aborted Job not allowed');
    abort(call.state, job);
  } else if (wanted === 'Closed') {
    if (job.state !== 'Open')
      throw new BulkError('InvalidJobState', `Closing already ${job.state.toLowerCase()} Job not allowed`);
    job.state = 'Closed';
    job.systemModstamp = call.state.stamp();
  } else if (wanted === 'Open' || wanted === 'Failed') {
    throw new BulkError('InvalidJobState', `Changing the job state to ${wanted} is not allowed`);
  } else {
    throw unparsable();
  }
  return xml(jobInfo(job));
}
