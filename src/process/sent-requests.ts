import { RequestLog } from '../http/request-counter.ts';

let requests = new RequestLog();

/** Starts counting the requests of a command. The CLI's library sends some while flags are parsed. */
export function countRequests(): void {
  requests[Symbol.dispose]();
  requests = new RequestLog();
}

export const sentRequests = (): RequestLog => requests;
