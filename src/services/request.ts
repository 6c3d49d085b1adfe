import type { ServiceRequest } from './service.ts';

/** `endpoint` with query parameters added, each value percent-encoded once and whole. Earlier parameters of it stay. */
export function withQuery(endpoint: string, parameters: Readonly<Record<string, string>>): string {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  if (query.length === 0) return endpoint;
  return `${endpoint}${endpoint.includes('?') ? '&' : '?'}${query.join('&')}`;
}

/** A POST of a JSON value. */
export function postJson(url: string, value: unknown, headers: Readonly<Record<string, string>> = {}): ServiceRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

/** A POST of form fields. */
export function postForm(url: string, fields: Readonly<Record<string, string>>): ServiceRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: withQuery('', fields).slice(1),
  };
}

/** `base` and `path` with exactly one slash between them. */
export function joinPath(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path}`;
}
