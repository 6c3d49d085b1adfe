import { bylineError } from '../errors.ts';
import { basic, bearer } from './authorization.ts';
import { googleLogin } from './google.ts';
import type { AuthSettings, JsonSettings } from './json-settings.ts';
import { withQuery } from './request.ts';
import type { Ask, ServiceRequest, ServiceSecrets } from './service.ts';
import { fillAll, fillJson, fillUrl, urlWords, type Words } from './template.ts';

/** The requests of a declared service. */
export type JsonRequests = {
  readonly one: (url: string) => ServiceRequest;
  /** For the URLs of a batch, even a single one. */
  readonly many: (urls: readonly string[]) => ServiceRequest;
  readonly page: (words: Words) => ServiceRequest;
  /** For the page of a report at an address from the service. */
  readonly linked: (words: Words, url: string) => ServiceRequest;
  /** Adds the login of the settings. */
  readonly loggedIn: (ask: Ask) => Ask;
};

type Credentials = {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
};

/** Creates the requests of a declared service. Throws an error if its settings don't allow batches. */
export function createRequests(
  name: string,
  template: string,
  settings: JsonSettings,
  secrets: ServiceSecrets,
): JsonRequests {
  const { batch, body, form, endpoint = '', site } = settings;
  const credentials = readCredentials(settings.auth, secrets);
  const loggedIn = createLogin(name, settings, secrets);
  const parameter = batch?.parameter;
  if (batch && batch.style !== 'jsonArray' && parameter === undefined) {
    throw bylineError('serviceSettings', [name, 'batch.parameter', `the style "${batch.style}" needs it`]);
  }
  const content = batch?.style === 'jsonArray' && body === undefined ? '{urls}' : body;

  const build = (own: Words, urls: readonly string[]): ServiceRequest => {
    const words = { ...own, endpoint, site };
    const fields = fillAll(settings.query ?? {}, words);
    const sent = toBody(content, form, words, urls);
    return {
      method: settings.method ?? (sent ? 'POST' : 'GET'),
      url: withQuery(fillUrl(template, words), { ...fields, ...credentials.query }),
      headers: { ...sent?.headers, ...settings.headers, ...credentials.headers },
      ...(sent ? { body: sent.text } : {}),
    };
  };
  const many = (urls: readonly string[]): ServiceRequest => {
    const request = build(urlWords(urls[0] ?? ''), urls);
    if (!batch || parameter === undefined) return request;
    const encoded = urls.map((url) => encodeURIComponent(url));
    const list =
      batch.style === 'repeat'
        ? encoded.map((url) => `${encodeURIComponent(parameter)}=${url}`).join('&')
        : `${encodeURIComponent(parameter)}=${encoded.join(batch.separator)}`;
    return { ...request, url: `${request.url}${request.url.includes('?') ? '&' : '?'}${list}` };
  };
  const page = (words: Words): ServiceRequest => build(words, []);
  return {
    one: (url) => build(urlWords(url), [url]),
    many,
    page,
    linked: (words, url) => {
      const target = new URL(url);
      for (const [key, value] of Object.entries(credentials.query)) target.searchParams.set(key, value);
      return { ...page(words), url: target.href };
    },
    loggedIn,
  };
}

function createLogin(name: string, { auth, tokenEndpoint }: JsonSettings, secrets: ServiceSecrets): (ask: Ask) => Ask {
  if (!auth || !('googleServiceAccountEnv' in auth)) return (ask) => ask;
  const google = googleLogin(name, { keyEnv: auth.googleServiceAccountEnv, tokenEndpoint }, auth.scope, secrets);
  return google.loggedIn;
}

function toBody(
  content: unknown,
  form: Readonly<Record<string, string>> | undefined,
  words: Words,
  urls: readonly string[],
): { readonly text: string; readonly headers: Readonly<Record<string, string>> } | undefined {
  if (content !== undefined) {
    const text = JSON.stringify(fillJson(content, words, urls));
    return { text, headers: { 'content-type': 'application/json' } };
  }
  if (!form) return undefined;
  const text = withQuery('', fillAll(form, words)).slice(1);
  return { text, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
}

function readCredentials(auth: AuthSettings | undefined, secrets: ServiceSecrets): Credentials {
  if (!auth || 'googleServiceAccountEnv' in auth) return { headers: {}, query: {} };
  if ('bearerEnv' in auth) return { headers: { authorization: bearer(secrets.read(auth.bearerEnv)) }, query: {} };
  if ('userEnv' in auth) {
    const authorization = basic(secrets.read(auth.userEnv), secrets.read(auth.passwordEnv), secrets);
    return { headers: { authorization }, query: {} };
  }
  const value = secrets.read(auth.valueEnv);
  if ('header' in auth) return { headers: { [auth.header.toLowerCase()]: value }, query: {} };
  return { headers: {}, query: { [auth.query]: value } };
}
