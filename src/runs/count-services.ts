import { AskedUrls } from '../journal/asked-urls.ts';
import { formatNumber } from '../model/format-number.ts';
import { createLookUp, type LookUp } from '../services/look-up.ts';
import { requireCumulative, createServices } from '../services/registry.ts';
import { createSecrets } from '../services/secrets.ts';
import { memory } from './memory.ts';
import { sharedDispatcher } from '../process/shared-dispatcher.ts';

export type Counting = {
  readonly lookUp: LookUp;
  /** Aborts all lookups. */
  readonly controller: AbortController;
  /** US dollars per request, for services that charge per request. */
  readonly prices: ReadonlyMap<string, number>;
  /** How requests count against a quota, for services whose replies don't say. */
  readonly requestQuotas: ReadonlyMap<string, string>;
};

export type OpenServicesOptions = {
  readonly write: boolean;
  readonly concurrency: number;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onNotice: (text: string) => void;
};

/**
 * Opens the named services. Throws an error, before any request, if one is unknown, or lacks settings or an environment
 * variable; with `write`, also if its counts aren't totals.
 */
export function openServices(
  names: readonly string[],
  settings: { readonly services: Readonly<Record<string, unknown>> },
  options: OpenServicesOptions,
): Counting {
  const secrets = createSecrets(process.env);
  const services = createServices(names, settings.services, secrets);
  if (options.write) requireCumulative(services);
  const controller = new AbortController();
  const hasBudget = services.some(({ limits }) => limits.maxUrlsPerHour !== undefined);
  const lookUp = createLookUp(services, {
    dispatcher: sharedDispatcher(),
    concurrency: options.concurrency,
    signal: AbortSignal.any([options.signal, controller.signal]),
    redact: (text) => secrets.redact(text),
    asked: hasBudget ? AskedUrls.open(options.folder, Date.now) : undefined,
    onNotice: (service, text) => options.onNotice(`${service}: ${text}`),
    memory: { makeRoom: () => memory.makeRoom(), check: () => memory.check() },
  });
  const prices = services.flatMap(({ name, dollarsPerRequest: price }) =>
    price === undefined ? [] : [[name, price] as const],
  );
  const quotas = services.flatMap(({ name, requestQuota: quota }) =>
    quota === undefined ? [] : [[name, quota] as const],
  );
  return { lookUp, controller, prices: new Map(prices), requestQuotas: new Map(quotas) };
}

/** Reports the pages and URLs of each report that don't match, for example because of a wrong host. */
export function noticeReports({ lookUp }: Counting, notify: (text: string) => void): void {
  for (const { services, unmatched, absent, quotas } of lookUp.reports()) {
    const name = services.join(', ');
    const largest = unmatched.largest.map(({ address, value }) => `${address} (${formatNumber(value)})`);
    if (unmatched.pages > 0) {
      const those = largest.length === 0 ? '' : `; the largest: ${largest.join(', ')}`;
      notify(`${name}: ${formatNumber(unmatched.pages)} pages of the report match no record${those}`);
    }
    if (absent.urls > 0) {
      notify(
        `${name}: ${formatNumber(absent.urls)} URLs have no row in the report, such as ${absent.first.join(', ')}`,
      );
    }
    const costs = quotas.map(({ unit, cost, left }) => `${formatNumber(cost)} ${unit} (${formatNumber(left)} left)`);
    if (costs.length > 0) notify(`${name}: the report cost ${costs.join(', ')}`);
  }
}

/**
 * Reports how the run's requests count against quotas that replies don't show; a preview says what the run will use.
 */
export function noticeRequestQuotas(counting: Counting, notify: (text: string) => void): void {
  for (const { name, requests, fact: quota } of requested(counting, counting.requestQuotas)) {
    notify(`${name}: ${formatNumber(requests)} ${requests === 1 ? 'request,' : 'requests, each'} ${quota}`);
  }
}

/** Reports the cost of services that charge per request; a preview says what the run will cost. */
export function noticeCosts(counting: Counting, notify: (text: string) => void): void {
  for (const { name, requests, fact: price } of requested(counting, counting.prices)) {
    notify(`${name}: ${requests} requests at $${price} each cost about $${(requests * price).toFixed(2)}`);
  }
}

/** The services of `facts` that were sent requests. */
function* requested<T>(
  { lookUp }: Counting,
  facts: ReadonlyMap<string, T>,
): Generator<{ readonly name: string; readonly requests: number; readonly fact: T }> {
  for (const [name, { requests }] of Object.entries(lookUp.tallies())) {
    const fact = facts.get(name);
    if (fact !== undefined && requests > 0) yield { name, requests, fact };
  }
}
