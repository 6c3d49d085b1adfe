import { RequestLog } from '../http/request-counter.ts';

let requests = new RequestLog();

/** Begins to count the requests of a command: the CLI's library sends some to the org while the flags are read. */
export function countRequests(): void {
  requests[Symbol.dispose]();
  requests = new RequestLog();
}

/** The requests of the command so far. */
export const sentRequests = (): RequestLog => requests;
