import { AskedUrls } from '../journal/asked-urls.ts';
import { formatNumber } from '../model/format-number.ts';
import { createLookUp, type LookUp } from '../services/look-up.ts';
import { requireCumulative, createServices } from '../services/registry.ts';
import { createSecrets } from '../services/secrets.ts';
import { sharedDispatcher } from '../process/shared-dispatcher.ts';

export type Counting = {
  readonly lookUp: LookUp;
  /** Ends all look-ups. */
  readonly controller: AbortController;
  /** US dollars one request costs, by service, where it is paid by the request. */
  readonly prices: ReadonlyMap<string, number>;
  /** What one request counts as of a quota, by service, where only its documentation tells. */
  readonly requestQuotas: ReadonlyMap<string, string>;
};

export type OpenServicesOptions = {
  /** Whether the counts are written. */
  readonly write: boolean;
  readonly concurrency: number;
  /** The folder runs are kept in. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onNotice: (text: string) => void;
};

/**
 * Makes the look-up of the named services. Throws an error, before any request, where one is unknown, lacks what it
 * needs, or its environment variable is not set; with `write` also where its counts are not totals.
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
  });
  const prices = services.flatMap(({ name, dollarsPerRequest: price }) =>
    price === undefined ? [] : [[name, price] as const],
  );
  const quotas = services.flatMap(({ name, requestQuota: quota }) =>
    quota === undefined ? [] : [[name, quota] as const],
  );
  return { lookUp, controller, prices: new Map(prices), requestQuotas: new Map(quotas) };
}

/** Notes for each report which pages and URLs have no counterpart, as with a wrong host or spelling. */
export function tellReports({ lookUp }: Counting, tell: (text: string) => void): void {
  for (const { services, unmatched, absent, quotas } of lookUp.reports()) {
    const name = services.join(', ');
    const largest = unmatched.largest.map(({ address, value }) => `${address} (${formatNumber(value)})`);
    if (unmatched.pages > 0) {
      const those = largest.length === 0 ? '' : `; the largest: ${largest.join(', ')}`;
      tell(`${name}: ${formatNumber(unmatched.pages)} pages of the report match no record${those}`);
    }
    if (absent.urls > 0) {
      tell(`${name}: ${formatNumber(absent.urls)} URLs have no row in the report, such as ${absent.first.join(', ')}`);
    }
    const costs = quotas.map(({ unit, cost, left }) => `${formatNumber(cost)} ${unit} (${formatNumber(left)} left)`);
    if (costs.length > 0) tell(`${name}: the report cost ${costs.join(', ')}`);
  }
}

/** Tells what requests count as of quotas that no reply tells of: in a preview, what the run would take of them again. */
export function tellRequestQuotas({ lookUp, requestQuotas }: Counting, tell: (text: string) => void): void {
  for (const [name, { requests }] of Object.entries(lookUp.tallies())) {
    const quota = requestQuotas.get(name);
    if (quota === undefined || requests === 0) continue;
    tell(`${name}: ${formatNumber(requests)} ${requests === 1 ? 'request,' : 'requests, each'} ${quota}`);
  }
}

/** Tells what the requests of services that are paid by the request cost: in a preview, what the run would cost again. */
export function tellCosts({ lookUp, prices }: Counting, tell: (text: string) => void): void {
  for (const [name, { requests }] of Object.entries(lookUp.tallies())) {
    const price = prices.get(name);
    if (price === undefined || requests === 0) continue;
    tell(`${name}: ${requests} requests at $${price} each cost about $${(requests * price).toFixed(2)}`);
  }
}
