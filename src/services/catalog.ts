import { presets } from './presets.ts';
import { createServices, definitions, type ServicesSettings } from './registry.ts';
import { createSecrets } from './secrets.ts';

/** What there is to say of a service before anybody asks it. */
export type CatalogEntry = {
  readonly name: string;
  /** `built-in`; `preset` of the declared type, to be used under a name of one's own; `own`: it stands in the settings. */
  readonly kind: 'built-in' | 'preset' | 'own';
  readonly summary: string;
  /** What it needs before it can be asked; null where nothing. */
  readonly needs: string | null;
  /** Whether it could be asked as things are. */
  readonly configured: boolean;
  /** Why it could not be asked; null where it could. */
  readonly problem: string | null;
  /** Whether that is as the environment does not say that its secret is for its host. */
  readonly unbound: boolean;
  /** Since when its public host is gone; null where it is not. */
  readonly closedSince: string | null;
  /** What there is instead of a closed host. */
  readonly instead: string | null;
  /** False where nobody has seen it answer lately. */
  readonly verified: boolean;
};

/** All services there are, with these settings and this environment: the built-in ones, those of the settings, the presets. */
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

/** Whether a service cannot be asked as the environment does not say that its secret is for its host. */
export const isUnbound = (error: Error | null): boolean => error?.name === 'SecretHostError';

/** The error that asking a service would end in as things are, before any request; `null` where it can be asked. */
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

/** What a service of the settings is, as far as they say: its preset's or its type's summary. */
function summaryOf(settings: unknown): string {
  const { type, preset } = (settings ?? {}) as { readonly type?: unknown; readonly preset?: unknown };
  if (typeof preset === 'string' && Object.hasOwn(presets, preset)) return presets[preset]?.summary ?? '';
  return definitions.find(({ name }) => name === type)?.summary ?? '';
}
