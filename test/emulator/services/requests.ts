import { Buffer } from 'node:buffer';
import type { EmulatorRequest } from '../server.ts';

/** The single URL of services that take one in a query parameter. */
export const urlIn =
  (parameter: string) =>
  (request: EmulatorRequest): string[] =>
    request.query.getAll(parameter).slice(0, 1);

/** The number of a query parameter or form field, or the service's default for it. */
export const numberIn = (fields: URLSearchParams, name: string, byDefault: number): number =>
  Number(fields.get(name) ?? byDefault);

/** The fields of a form body; empty for any other body. */
export function form(request: EmulatorRequest): URLSearchParams {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return new URLSearchParams(isForm ? request.body.toString('utf8') : '');
}

/** The value of a JSON body; throws for any other body. */
export const jsonBody = ({ body }: EmulatorRequest): unknown => JSON.parse(body.toString('utf8')) as unknown;

export const hasBearer = ({ headers }: EmulatorRequest, token: string): boolean =>
  headers.authorization === `Bearer ${token}`;

export function hasBasic({ headers }: EmulatorRequest, user: string, password: string): boolean {
  return headers.authorization === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
