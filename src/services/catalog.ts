import { presets } from './presets.ts';
import { createServices, definitions, type ServicesSettings } from './registry.ts';
import { createSecrets } from './secrets.ts';

/** What is known about a service before it is asked. */
export type CatalogEntry = {
  readonly name: string;
  /** `built-in`; `preset` for the type `json`; `own` if it is declared in the settings. */
  readonly kind: 'built-in' | 'preset' | 'own';
  readonly summary: string;
  /** What it needs before it can be asked; null if nothing. */
  readonly needs: string | null;
  /** Whether it could be asked now. */
  readonly configured: boolean;
  /** Why it could not be asked; null if it could. */
  readonly problem: string | null;
  /** Whether the reason is a secret that isn't approved for its host. */
  readonly unbound: boolean;
  /** When its public host was closed; null if it is open. */
  readonly closedSince: string | null;
  /** The alternative to a closed host. */
  readonly instead: string | null;
  /** Whether it was seen to answer lately. */
  readonly verified: boolean;
};

/** All services with these settings and this environment: the built-in ones, those of the settings, and the presets. */
export function catalog(
  settings: ServicesSettings,
  env: Readonly<Record<string, string | undefined>>,
): readonly CatalogEntry[] {
  const builtIn = definitions
    .filter(({ name }) => name !== 'json')
    .map(({ name, summary, needs, closed }): CatalogEntry => {
      return {
        ...{ name, kind: 'built-in', summary, needs: needs || null, ...readiness(name, settings, env) },
        ...{ closedSince: closed?.since ?? null, instead: closed?.instead ?? null, verified: true },
      };
    });
  const own = Object.keys(settings)
    .filter((name) => !definitions.some((definition) => definition.name === name))
    .map((name): CatalogEntry => {
      return {
        ...{
          name,
          kind: 'own',
          summary: summaryOf(settings[name]),
          needs: null,
          ...readiness(name, settings, env),
        },
        ...{ closedSince: null, instead: null, verified: true },
      };
    });
  const ready = Object.entries(presets).map(([name, { summary, needs, verified }]): CatalogEntry => ({
    ...{ name, kind: 'preset', summary, needs: needs || null, configured: false, problem: null, unbound: false },
    ...{ closedSince: null, instead: null, verified },
  }));
  return [...builtIn, ...own, ...ready];
}

function readiness(
  ...service: Parameters<typeof whyNotReady>
): Pick<CatalogEntry, 'configured' | 'problem' | 'unbound'> {
  const error = whyNotReady(...service);
  return { configured: error === null, problem: error?.message ?? null, unbound: isUnbound(error) };
}

/** Whether a service can't be asked because its secret isn't approved for its host. */
export const isUnbound = (error: Error | null): boolean => error?.name === 'SecretHostError';

/** The error of asking a service now, found without any request; `null` if it can be asked. */
export function whyNotReady(
  name: string,
  settings: ServicesSettings,
  env: Readonly<Record<string, string | undefined>>,
): Error | null {
  try {
    createServices([name], settings, createSecrets(env));
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** The summary of a service in the settings: that of its preset or its type. */
function summaryOf(settings: unknown): string {
  const { type, preset } = (settings ?? {}) as { readonly type?: unknown; readonly preset?: unknown };
  if (typeof preset === 'string' && Object.hasOwn(presets, preset)) return presets[preset]?.summary ?? '';
  return definitions.find(({ name }) => name === type)?.summary ?? '';
}
