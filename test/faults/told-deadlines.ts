import type { Dispatcher } from 'undici';
import { DeadlinePassed } from '../../src/http/dispatch-request.ts';
import type { Faults } from '../emulator/server.ts';

/** Names a request to the emulated org. */
const HEADER = 'x-request-number';

let sent = 0;

/**
 * Lets the deadline of a request pass when the org says that it gets no answer: no time is waited for, and no other request
 * is late because the machine is busy. To the product it is its own deadline.
 */
export function withToldDeadlines(dispatcher: Dispatcher, faults: Faults): Dispatcher {
  const handlers = new Map<string, Dispatcher.DispatchHandler>();
  faults.unanswered.add(({ headers }) => {
    const handler = handlers.get(String(headers[HEADER]));
    handler?.onResponseError?.({} as Dispatcher.DispatchController, new DeadlinePassed(0));
  });
  return dispatcher.compose((dispatch) => (options, handler) => {
    const number = String((sent += 1));
    handlers.set(number, handler);
    return dispatch(
      { ...options, headers: { ...options.headers, [HEADER]: number } as Record<string, string> },
      handler,
    );
  });
}
