import type { ServiceSecrets } from './service.ts';

/** The Authorization header for a token (RFC 6750). */
export const bearer = (token: string): string => `Bearer ${token}`;

/** The Authorization header for a name and a password (RFC 7617). It is redacted like a secret. */
export function basic(name: string, password: string, secrets: Pick<ServiceSecrets, 'remember'>): string {
  const credentials = Buffer.from(`${name}:${password}`).toString('base64');
  secrets.remember(credentials);
  return `Basic ${credentials}`;
}
