import type { EmulatorRequest } from '../../server.ts';
import { RestError } from '../errors.ts';

/** The JSON object of a request's body. */
export function jsonBody(request: EmulatorRequest): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new RestError(400, 'JSON_PARSER_ERROR', 'Unexpected character or end-of-input at [line:1, column:1]');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new RestError(400, 'JSON_PARSER_ERROR', 'The HTTP entity body is required to be a JSON object');
  }
  return body as Record<string, unknown>;
}
