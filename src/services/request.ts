import type { ServiceRequest } from './service.ts';

/** Adds query parameters to `endpoint`, each value percent-encoded once. Existing parameters stay. */
export function withQuery(endpoint: string, parameters: Readonly<Record<string, string>>): string {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  if (query.length === 0) return endpoint;
  return `${endpoint}${endpoint.includes('?') ? '&' : '?'}${query.join('&')}`;
}

/** A POST request with a JSON body. */
export function postJson(url: string, value: unknown, headers: Readonly<Record<string, string>> = {}): ServiceRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

/** A POST request with form fields. */
export function postForm(url: string, fields: Readonly<Record<string, string>>): ServiceRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: withQuery('', fields).slice(1),
  };
}

/** Joins `base` and `path` with one slash. */
export function joinPath(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path}`;
}
