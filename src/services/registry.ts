import { bylineError } from '../errors.ts';
import { meantBy } from '../model/did-you-mean.ts';
import { isLoopbackHost } from '../model/url.ts';
import { bluesky } from './bluesky.ts';
import { describeIssue, READING } from '../model/describe-issue.ts';
import { keysAt } from './schema-keys.ts';
import { devto } from './devto.ts';
import { facebook } from './facebook.ts';
import { ga4 } from './ga4.ts';
import { hackernews } from './hackernews.ts';
import { hatena } from './hatena.ts';
import { json } from './json.ts';
import { linkedin } from './linkedin.ts';
import { matomo } from './matomo.ts';
import { pinterest } from './pinterest.ts';
import { plausible } from './plausible.ts';
import { presets } from './presets.ts';
import { reddit } from './reddit.ts';
import { searchconsole } from './searchconsole.ts';
import type { Secrets } from './secrets.ts';
import type { CountService, ServiceDefinition, ServiceLimits } from './service.ts';
import { sharedcount } from './sharedcount.ts';
import type { CommonSettings } from './service-settings.ts';
import { twitter } from './twitter.ts';
import { withVariants } from './variants.ts';
import { x } from './x.ts';
import { youtube } from './youtube.ts';
import { type ZodError, type ZodLiteral, type ZodObject, z } from '../zod.ts';

/** All services. A new one is a file beside this one, a line here, and its name in `service-names.ts`. */
export const definitions: readonly ServiceDefinition[] = [
  facebook,
  hackernews,
  hatena,
  pinterest,
  bluesky,
  sharedcount,
  x,
  reddit,
  twitter,
  linkedin,
  ga4,
  searchconsole,
  plausible,
  matomo,
  devto,
  youtube,
  json,
];

type TypedSettings = ZodObject<{ type: ZodLiteral<string> }>;

const byName: ReadonlyMap<string, ServiceDefinition> = new Map(definitions.map((one) => [one.name, one]));

/**
 * The `services` block of the settings file: under the name of a built-in service its settings, under any other name a
 * service with a `type`. Unknown keys are errors.
 */
export const servicesSchema = z
  .object(Object.fromEntries(definitions.map(({ name, options }) => [name, options.optional()])))
  .catchall(z.discriminatedUnion('type', typed(definitions), { error: missingType }));

/** The `services` block in a settings file. */
export type ServicesSettings = Readonly<Record<string, unknown>>;

/**
 * Creates the named services from their settings and the environment. Before any request is sent, throws an error that
 * says what to do about an unknown name, invalid settings, a secret that isn't set, or an http endpoint that is neither
 * on loopback nor allowed.
 */
export function createServices(
  names: readonly string[],
  settings: ServicesSettings,
  secrets: Secrets,
): readonly CountService[] {
  return names.map((name) => {
    if (Object.hasOwn(settings, name)) return createService(name, settings[name], secrets);
    requireService(name, settings);
    return createService(name, undefined, secrets);
  });
}

/** Throws an error if there is no service with this name: none is built in, and the settings declare none. */
export function requireService(name: string, settings: ServicesSettings): void {
  if (!Object.hasOwn(settings, name) && !byName.has(name)) throw unknownService(name, Object.keys(settings));
}

function unknownService(name: string, own: readonly string[]): Error {
  const builtIn = [...byName.keys()].filter((one) => one !== 'json');
  const meant = meantBy(name, [...builtIn, ...own]);
  return bylineError('serviceUnknown', [name], { meant, actionTokens: [builtIn.join(', '), name], exitCode: 2 });
}

/**
 * Throws an error if the counts of a service cover a period, so that writing them makes a field decrease over time,
 * unless its settings confirm with `"kind": "window"` that the field is meant for that. For runs that write.
 */
export function requireCumulative(services: readonly CountService[]): void {
  const periodic = services.find(({ notCumulative }) => notCumulative !== undefined);
  if (periodic)
    throw bylineError('serviceFlow', [periodic.name, periodic.notCumulative ?? ''], { actionTokens: [periodic.name] });
}

function createService(name: string, given: unknown, secrets: Secrets): CountService {
  const definition = definitionOf(name, given);
  const parsed = definition.options.safeParse(given ?? {}, READING);
  if (!parsed.success) throw wrongSettings(name, definition, parsed.error);
  const options = parsed.data as CommonSettings;
  checkAddresses(name, options);
  const bound = (variable: string): string => {
    const allowed = [...ownHosts(definition, options), ...secrets.hosts(variable)];
    checkHosts(name, variable, new Set(allowed), addressesIn(options));
    return variable;
  };
  const service = definition.create(name, options, {
    read: (variable) => secrets.read(bound(variable), name),
    readKeyFile: (variable) => secrets.readKeyFile(bound(variable), name),
    remember: (value) => secrets.remember(value),
  });
  if ('report' in service && options.maxUrlsPerHour !== undefined) {
    const why = 'the service reads a report, and is asked for no URLs; maxRequests limits it';
    throw bylineError('serviceSettings', [name, 'maxUrlsPerHour', why]);
  }
  const limited = { ...service, limits: { ...service.limits, ...limitsOf(options) } };
  const { variants = [], combine } = options;
  if (combine !== undefined && variants.length === 0) {
    throw bylineError('serviceSettings', [name, 'combine', 'is of no use without variants']);
  }
  return withVariants(limited, variants, definition.distinguishes ?? [], combine);
}

/** The origins a service sends requests to, from its valid settings. */
export function originsOf(name: string, given: unknown): readonly string[] {
  const options = definitionOf(name, given).options.parse(given ?? {}) as { readonly [key: string]: unknown };
  return [...new Set(addressesIn(options).map(({ origin }) => origin))];
}

/** The addresses a service sends requests to, including those of its preset. */
function addressesIn(options: { readonly [key: string]: unknown }): URL[] {
  const preset = presets[String(options['preset'])]?.settings ?? {};
  return addressesOf({ ...preset, ...options });
}

/** The hosts that may receive the secrets of a service whatever its settings. */
function ownHosts(
  { hosts, options }: ServiceDefinition,
  given: { readonly [key: string]: unknown },
): readonly string[] {
  const preset = presets[String(given['preset'])]?.settings ?? {};
  const plain = options.safeParse({});
  return hosts ?? addressesOf({ ...preset, ...(plain.success ? plain.data : {}) }).map(({ host }) => host);
}

/**
 * Throws an error if a secret would go to a host that isn't approved. Settings must not choose where a secret goes: a
 * host other than the service's own and this machine must be named in the environment, beside the secret.
 */
function checkHosts(name: string, variable: string, allowed: ReadonlySet<string>, addresses: readonly URL[]): void {
  const other = addresses.find(({ host, hostname }) => !allowed.has(host) && !isLoopbackHost(hostname));
  if (!other) return;
  throw bylineError('secretHost', [name, variable, other.host], { actionTokens: [`${variable}_HOSTS`, other.host] });
}

/** The limits in the settings; the others are the service's own. */
function limitsOf(settings: CommonSettings): ServiceLimits {
  const { concurrency, rate, timeoutMs, maxBytes, maxRequests, maxUrlsPerHour } = settings;
  const named = { concurrency, rate, timeoutMs, maxBytes, maxRequests, maxUrlsPerHour };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

function definitionOf(name: string, given: unknown): ServiceDefinition {
  const type = typeof given === 'object' && given !== null && 'type' in given ? given.type : undefined;
  const definition = byName.get(name) ?? byName.get(String(type));
  if (definition) return definition;
  const meant = meantBy(String(type), [...byName.keys()]);
  throw bylineError('serviceSettings', [name, 'type', `must be one of: ${[...byName.keys()].join(', ')}`], { meant });
}

function wrongSettings(name: string, { options }: ServiceDefinition, { issues: [issue] }: ZodError): Error {
  if (!issue) throw new Error('settings are refused without an issue');
  const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const meant = unknown === undefined ? undefined : meantBy(unknown, keysAt(options, issue.path));
  const key = [...issue.path, ...(unknown === undefined ? [] : [unknown])].join('.');
  return bylineError('serviceSettings', [name, key, describeIssue(issue)], { meant });
}

/** Over http, anyone in between reads the token and can change the counts. */
function checkAddresses(name: string, options: CommonSettings): void {
  if (options.allowInsecure) return;
  const insecure = addressesOf(options).find(
    ({ protocol, hostname }) => protocol === 'http:' && !isLoopbackHost(hostname),
  );
  if (insecure) throw bylineError('serviceInsecure', [name, insecure.host], { actionTokens: [name] });
}

function addressesOf(options: { readonly [key: string]: unknown }): URL[] {
  // The host of a template has no placeholders.
  const texts = ['endpoint', 'tokenEndpoint', 'url'].map((key) => String(options[key]).replace(/[{}]/g, ''));
  return texts.filter((text) => URL.canParse(text)).map((text) => new URL(text));
}

function typed(all: readonly ServiceDefinition[]): [TypedSettings, ...TypedSettings[]] {
  const [first, ...others] = all.map(({ name, options }): TypedSettings => options.extend({ type: z.literal(name) }));
  if (!first) throw new Error('no service is built in');
  return [first, ...others];
}

function missingType(): string {
  return `no service is built in under this name, so it needs a "type": ${definitions.map(({ name }) => name).join(', ')}`;
}
