import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import type { OrgState } from './state.ts';

/** One request on its way through the org. */
export type Call = {
  readonly state: OrgState;
  readonly request: EmulatorRequest;
  /** What the route's pattern captured. */
  readonly params: readonly string[];
  /** The API version of the path, `64.0`. */
  readonly version: string;
};

/** One operation of the org. It throws RestError or BulkError for whatever it refuses. */
export type Action = (call: Call) => EmulatorReply;

/** The host the client knows the org by: clients on `localhost` and on `127.0.0.1` each keep theirs. */
export const originOf = (request: EmulatorRequest): string => `http://${request.headers.host ?? '127.0.0.1'}`;
