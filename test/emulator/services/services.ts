import { type EmulatorReply, type EmulatorRequest, Faults, Log, type Route, startServer } from '../server.ts';
import { bluesky } from './bluesky.ts';
import { Counts, type Oddity } from './counts.ts';
import { type EmulatedService, text } from './emulated-service.ts';
import { dashboards } from './dashboards.ts';
import { devto } from './devto.ts';
import { facebook } from './facebook.ts';
import { ga4 } from './ga4.ts';
import { hackernews } from './hackernews.ts';
import { hatena } from './hatena.ts';
import { transportFault, type ServiceFault, faultyReply, isNumberFault } from './service-faults.ts';
import { linkedin } from './linkedin.ts';
import { matomo } from './matomo.ts';
import { pinterest } from './pinterest.ts';
import { plausible } from './plausible.ts';
import { Quota } from './quota.ts';
import { reads } from './reads.ts';
import { reddit } from './reddit.ts';
import type { Flaw } from './report-rows.ts';
import { searchconsole } from './searchconsole.ts';
import { sharedcount } from './sharedcount.ts';
import { Tokens } from './tokens.ts';
import { twitter } from './twitter.ts';
import { x } from './x.ts';
import { youtube } from './youtube.ts';

/** Every service there is. */
export const EMULATED: readonly EmulatedService[] = [
  twitter,
  facebook,
  linkedin,
  hackernews,
  hatena,
  pinterest,
  bluesky,
  sharedcount,
  x,
  reddit,
  reads,
  ga4,
  searchconsole,
  plausible,
  matomo,
  dashboards,
  devto,
  youtube,
];

/** The count services on loopback, each on a port of its own as the real ones have hosts of their own. */
export type EmulatedServices = {
  /** Answers `GET /` with a list of the endpoints, for people. */
  readonly url: string;
  /** The `endpoint` of the service in the settings file. */
  endpoint(service: string): string;
  /** The `services` block of a settings file that names them all. */
  settings(): Record<string, object>;
  /** The `BYLINE_…` variables those settings need, with the values the services check. */
  env(): Record<string, string>;
  /** Kinds are the services' names; `reddit-token`, `ga4-token` and so on are the grant of a token. */
  readonly faults: Faults;
  readonly log: Log;
  /** What a service answers for a URL while it is well. */
  count(service: string, url: string): number;
  set(service: string, url: string, count: number): void;
  /** Every URL a service was asked for, decoded as it was received, in order, repeats included. */
  asked(service: string): string[];
  /** Makes a service fail, or work again, until told otherwise. */
  setFault(service: string, how: ServiceFault | undefined): void;
  /** Makes a service answer oddly for one URL. */
  odd(service: string, url: string, oddity: Oddity | undefined): void;
  /** Headers a service adds to all its replies from now on. */
  headers(service: string, headers: Readonly<Record<string, string>>): void;
  /** Lets a service answer `limit` more calls, then refuse in its own words, as many again every `seconds`. */
  allow(service: string, limit: number, seconds: number): void;
  /** Makes the report of a service less than whole, or whole again. */
  flaw(service: string, flaw: Flaw | undefined): void;
  /** Puts the clock of a service so many seconds ahead of ours. */
  skew(service: string, seconds: number): void;
  /** Makes a service refuse the access tokens it has issued so far, and later ones after `uses` requests. */
  expire(service: string, uses?: number): void;
  close(): Promise<void>;
};

/** Starts every service. With a `port`, the index is on it and the services are on the ports after it. */
export async function startServices({
  port = 0,
  latencyMs = 0,
}: { port?: number; latencyMs?: number } = {}): Promise<EmulatedServices> {
  const shared = { latencyMs, faults: new Faults(), log: new Log() };
  const running = await Promise.all(
    EMULATED.map(async (service, index) => {
      const host = new Host(service);
      const server = await startServer((request) => host.route(request), {
        ...shared,
        port: port === 0 ? 0 : port + 1 + index,
      });
      return { service, host, server, endpoint: `${server.url}${service.path}` };
    }),
  );
  const list = running.map(({ service, endpoint }) => `${service.name} ${endpoint}\n`).join('');
  const index = await startServer(() => ({ kind: 'index', handle: () => text(200, list) }), { ...shared, port });
  const named = (name: string): (typeof running)[number] => {
    const found = running.find(({ service }) => service.name === name);
    if (!found) throw new Error(`no emulated service is named ${name}`);
    return found;
  };
  return {
    url: index.url,
    faults: shared.faults,
    log: shared.log,
    endpoint: (service) => named(service).endpoint,
    settings: () =>
      Object.fromEntries(running.map(({ service, endpoint }) => [service.name, service.settings(endpoint)])),
    env: () => Object.assign({}, ...EMULATED.map((service) => service.env ?? {})) as Record<string, string>,
    count: (service, url) => named(service).host.counts.count(url),
    set: (service, url, count) => named(service).host.counts.set(url, count),
    asked: (service) => named(service).host.counts.asked,
    setFault: (service, how) => named(service).host.setFault(how),
    odd: (service, url, oddity) => named(service).host.counts.setOdd(url, oddity),
    headers: (service, headers) => void (named(service).host.headers = headers),
    allow: (service, limit, seconds) => named(service).host.quota.allow(limit, seconds),
    flaw: (service, flaw) => void (named(service).host.flaw = flaw),
    skew: (service, seconds) => void (named(service).host.skewMs = seconds * 1000),
    expire: (service, uses = Infinity) => named(service).host.tokens.expire(uses),
    close: async () => void (await Promise.all([...running.map(({ server }) => server.close()), index.close()])),
  };
}

/** One service with its state. */
class Host {
  public readonly counts: Counts;
  public readonly quota: Quota;
  public readonly tokens = new Tokens();
  public flaw: Flaw | undefined;
  public skewMs = 0;
  public headers: Readonly<Record<string, string>> = {};
  private readonly service: EmulatedService;
  private fault: ServiceFault | undefined;

  public constructor(service: EmulatedService) {
    this.service = service;
    this.counts = new Counts(service.name);
    this.quota = new Quota(service.quota?.limit, service.quota?.seconds);
  }

  public setFault(how: ServiceFault | undefined): void {
    this.fault = how;
    this.counts.fault = isNumberFault(how) ? how : undefined;
  }

  public route(request: EmulatorRequest): Route {
    this.counts.asked.push(...this.service.urls(request));
    const kind = this.service.kind?.(request) ?? this.service.name;
    // What hands out tokens is another host than the one with the fault.
    const fault = kind === this.service.name ? this.fault : undefined;
    return { kind, fault: transportFault(fault), handle: () => this.answer(request, fault) };
  }

  private answer(request: EmulatorRequest, fault: ServiceFault | undefined): EmulatorReply {
    const secret = (name: string): string => this.service.env?.[name] ?? '';
    const { counts, quota, tokens, flaw } = this;
    const context = { counts, quota, tokens, flaw, secret, now: () => Date.now() + this.skewMs };
    const reply = faultyReply(fault, this.service, request) ?? this.service.answer(request, context);
    return { ...reply, headers: { ...reply.headers, ...this.headers } };
  }
}
