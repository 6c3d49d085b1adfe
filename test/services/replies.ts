import type { Reading } from '../../src/model/reading.ts';
import { type CountService, type LookUpService, type ServiceReply, ServiceError } from '../../src/services/service.ts';

/** When all replies of these tests come. */
export const AT = Date.parse('2026-11-23T12:00:00Z');

/** A reply as a service's reader gets it. */
export function reply(body: unknown, { status = 200, headers = {} }: Partial<ServiceReply> = {}): ServiceReply {
  return { status, headers, text: typeof body === 'string' ? body : JSON.stringify(body), at: AT };
}

/** What a reader makes of a reply: the reading, or what its ServiceError calls for and why. */
export function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { action, message, untilMs } = error;
    return untilMs === undefined ? { action, message } : { action, message, untilMs };
  }
}

/** A service that looks URLs up, as such. */
export function lookUpService(service: CountService | undefined): LookUpService {
  if (!service || 'report' in service) throw new Error('the service looks no URLs up');
  return service;
}

export const ok = (count: number): Reading => ({ state: 'ok', count });
export const failed = (reason: string): Reading => ({ state: 'failed', reason });
