import type { EmulatorReply, EmulatorRequest, Fault, Route } from '../server.ts';
import { KNOWN_FAULTS, knownFault } from './known-faults.ts';
import type { BatchView, EmulatedOrg } from './org.ts';
import { json } from './replies.ts';

type Fields = Readonly<Record<string, unknown>>;

const FAULTS = ['status', 'cut-before', 'cut-within', 'cut-after', 'slow', 'hang'];

/**
 * What people (and benchmarks in another process) tell the org by HTTP, where tests call its functions:
 * `GET /emulator` shows what happened, `POST /emulator/{what}` with a JSON body tells a fault.
 */
export function control(org: EmulatedOrg, request: EmulatorRequest): Route | undefined {
  const what = /^\/emulator(?:\/([\w-]+))?\/?$/.exec(request.path);
  if (!what) return undefined;
  return {
    kind: 'control',
    handle: () => (request.method === 'GET' ? json(stateOf(org)) : tell(org, what[1] ?? '', request)),
  };
}

function stateOf(org: EmulatedOrg): object {
  return {
    token: org.accessToken(),
    apiRequests: org.apiRequests(),
    requests: org.log.kinds(),
    jobs: org.jobs().map(({ batches, ...job }) => ({ ...job, batches: batches.map(withoutBody) })),
  };
}

const withoutBody = ({ id, state, stateMessage, records, processed, failed }: BatchView): object => ({
  id,
  state,
  stateMessage,
  records,
  processed,
  failed,
});

const COMMANDS: Readonly<Record<string, (org: EmulatedOrg, told: Fields) => void>> = {
  fault: (org, told) =>
    org.faults.tell(text(told, 'kind'), faultOf(told), {
      skip: count(told, 'skip', 0),
      times: count(told, 'times', 1),
    }),
  'clear-faults': (org) => org.faults.clear(),
  'expire-session': (org, told) =>
    typeof told['kind'] === 'string'
      ? org.expireSessionAfter(told['kind'], count(told, 'nth', 1))
      : org.expireSession(),
  'lock-rows': (org, told) => org.lockRows(ids(told) ?? [], count(told, 'times', 1)),
  'refuse-rows': (org, told) => {
    const [only, times] = [ids(told), told['times']];
    org.refuseRows({
      statusCode: text(told, 'statusCode'),
      message: text(told, 'message'),
      ...(only ? { ids: only } : {}),
      ...(typeof times === 'number' ? { times } : {}),
    });
  },
  'fail-batch': (org, told) =>
    org.failBatch({
      stateMessage: text(told, 'stateMessage'),
      skip: count(told, 'skip', 0),
      afterRecords: count(told, 'afterRecords', 0),
      times: count(told, 'times', 1),
    }),
  'api-used': (org, told) => org.setApiUsed(count(told, 'used', 0)),
  'abort-job': (org, told) => org.abortJob(text(told, 'id')),
  'hold-batches': (org) => org.holdBatches(),
  'release-batches': (org) => org.releaseBatches(),
};

function tell(org: EmulatedOrg, what: string, request: EmulatorRequest): EmulatorReply {
  const action = COMMANDS[what];
  if (!action) return json({ error: `there is no /emulator/${what}`, known: Object.keys(COMMANDS) }, 404);
  try {
    action(org, (request.body.length === 0 ? {} : JSON.parse(request.body.toString('utf8'))) as Fields);
    return json({ told: what });
  } catch (error) {
    return json({ error: (error as Error).message }, 400);
  }
}

function text(told: Fields, key: string): string {
  const value = told[key];
  if (typeof value !== 'string') throw new Error(`"${key}" must be a string`);
  return value;
}

function count(told: Fields, key: string, otherwise: number): number {
  const value = told[key] ?? otherwise;
  if (typeof value !== 'number') throw new Error(`"${key}" must be a number`);
  return value;
}

const ids = (told: Fields): string[] | undefined => (Array.isArray(told['ids']) ? told['ids'].map(String) : undefined);

function faultOf(told: Fields): Fault {
  const fault = text(told, 'fault');
  const known = KNOWN_FAULTS.find((name) => name === fault);
  if (known) return knownFault(known, text(told, 'kind'));
  switch (fault) {
    case 'status':
      return { fault, status: count(told, 'status', 503), body: typeof told['body'] === 'string' ? told['body'] : '' };
    case 'slow':
      return { fault, ms: count(told, 'ms', 1000) };
    case 'cut-within':
      return { fault, bytes: count(told, 'bytes', 0) };
    case 'cut-before':
    case 'cut-after':
    case 'hang':
      return { fault };
    default:
      throw new Error(`"fault" must be one of ${[...FAULTS, ...KNOWN_FAULTS].join(', ')}`);
  }
}
