import { bylineError } from '../errors.ts';
import { readShape } from './org-reply.ts';
import type { OrgSession } from './session.ts';
import { z } from '../zod.ts';

/**
 * Throws an error naming the API version of the session if the org doesn't serve it (REST API Developer Guide,
 * "Versions"). The org itself answers such a version like a missing object: 404, or 410 for a retired version.
 */
export async function requireVersion(session: OrgSession, signal: AbortSignal): Promise<void> {
  const request = { api: 'rest', method: 'GET', path: '/services/data', signal } as const;
  const listed = readShape(await session.send(request), request, z.array(z.object({ version: z.string() })));
  const versions = listed.map(({ version }) => version).sort((a, b) => Number(a) - Number(b));
  if (versions.length === 0 || versions.includes(session.apiVersion)) return;
  const range = `${versions[0]} to ${versions.at(-1)}`;
  throw bylineError('apiVersionRefused', [`${session.apiVersion} (it serves ${range})`]);
}
