import type { EmulatorReply, EmulatorRequest, Fault } from '../server.ts';
import type { NumberFault } from './counts.ts';
import { type EmulatedService, html } from './emulated-service.ts';

/** Ways for a whole service to be ill until it is reset. */
export type ServiceFault =
  NumberFault | 'refuse' | 'error-500' | 'hang' | 'html' | 'endless' | 'redirect' | 'errors-in-200' | 'rate-limit';

/** The metadata address of cloud machines: a client that follows the redirect there gives secrets away. */
const INSIDE = 'http://169.254.169.254/latest';

/** The fault that strikes every request of a service with this fault. */
export function transportFault(fault: ServiceFault | undefined): Fault | undefined {
  if (fault === 'refuse') return { fault: 'cut-before' };
  return fault === 'hang' ? { fault: 'hang' } : undefined;
}

/** The reply of a service with this fault; `undefined` where it answers as always (but for its numbers). */
export function faultyReply(
  fault: ServiceFault | undefined,
  service: EmulatedService,
  request: EmulatorRequest,
): EmulatorReply | undefined {
  switch (fault) {
    case 'error-500':
      return html(500, 'Internal Server Error');
    case 'html':
      return html(200, 'Sign in to continue');
    case 'endless':
      return { status: 200, headers: { 'content-type': 'application/json' }, stream: endless() };
    case 'redirect':
      return { status: 302, headers: { location: INSIDE } };
    case 'errors-in-200':
      return service.errorInside200(request);
    case 'rate-limit':
      return { ...html(429, 'Too Many Requests'), headers: { 'retry-after': '1', 'content-type': 'text/html' } };
    default:
      return undefined;
  }
}

function* endless(): Generator<string> {
  const chunk = ' '.repeat(65_536);
  yield '{"count":';
  for (;;) yield chunk;
}

export function isNumberFault(fault: ServiceFault | undefined): fault is NumberFault {
  return fault === 'negative' || fault === 'text' || fault === 'no-number' || fault === 'zeros';
}
