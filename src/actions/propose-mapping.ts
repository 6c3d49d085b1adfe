import { relative } from 'node:path';
import { Messages, SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import { flagWords } from '../model/command-words.ts';
import {
  othersLine,
  type ProposedService,
  type ShownProposal,
  unfitLine,
  type UnfitService,
  unsetLine,
} from '../report/proposal-text.ts';
import { describeObject } from '../salesforce/describe.ts';
import { whyNotReady } from '../services/catalog.ts';
import { definitions } from '../services/registry.ts';
import { addSettings, placeOfSettings, type SettingsPlace } from '../settings/add-settings.ts';
import { type Proposal, proposeMapping, toSettings } from '../settings/proposal.ts';
import type { SettingFlags, Settings, SettingsFile } from '../settings/settings.ts';
import type { OpenOrg } from '../process/open-org.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'proposal');

/** Milliseconds for the org to describe the object. Without an answer, the error is shown without a proposal. */
const TIMEOUT_MS = 15_000;

/** A command without a mapping, and what is known instead. */
export type Unmapped = {
  readonly org: OpenOrg;
  readonly settings: Settings;
  readonly file: SettingsFile;
  readonly path: string | null;
  readonly flags: SettingFlags & { readonly 'config-file'?: string | undefined };
  /** The flags for the org and the settings file, as the user typed them. */
  readonly given: string;
  readonly folder: string;
};

/** Shows a proposal and asks whether to write it to the file; `null` if the user can't be asked. */
export type ConfirmProposal = ((proposal: ShownProposal, place: SettingsPlace) => Promise<boolean>) | null;

/**
 * Proposes a mapping for an object, with one request to the org. Proposes only services that work once their secrets
 * are set. If the user agrees, saves the mapping in the settings and returns where. Throws an error if secrets are
 * missing (naming them), and otherwise the error for a missing mapping, with the proposal in its text.
 */
export async function keepProposal(
  unmapped: Unmapped,
  ask: ConfirmProposal,
  signal: AbortSignal,
): Promise<SettingsPlace> {
  const { settings, flags, given, folder } = unmapped;
  const error = bylineError('noMapping', [settings.sobject]);
  const found = await propose(unmapped, signal);
  if (found === null) throw error;
  const place = await placeOfSettings(flags['config-file'], unmapped.path, folder);
  const { services, unfit } = sortServices(found, settings);
  const proposal = onlyOf(found, services);
  error.actions = [
    ...actionsOf(proposal, services, place, unmapped),
    ...unfit.map(unfitLine),
    ...othersLine(proposal.others),
    ...(services.length === 0 ? (error.actions ?? []) : []),
  ];
  const { urlField } = proposal;
  if (!ask || services.length === 0 || urlField === null || contradicts(proposal, unmapped.file)) throw error;
  if (!(await ask({ ...proposal, urlField, services, unfit }, place))) throw error;
  await addSettings(place, toSettings(proposal));
  requireReady(services, place, syncCommand(given));
  return place;
}

/** The `sync` command for the same org and settings file. */
export const syncCommand = (given: string): string => `sf byline sync${given}`;

/** Returns `null` if the org could not be asked. */
async function propose({ org, settings, file, flags }: Unmapped, signal: AbortSignal): Promise<Proposal | null> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const { name, fields } = await describeObject(org.session, settings.sobject, patience);
    const urlChosen = flags['url-field'] !== undefined || file.urlField !== undefined;
    return proposeMapping(name, fields, settings, urlChosen);
  } catch (error) {
    signal.throwIfAborted();
    // An unknown object or a refused API version must be fixed before fields can be mapped.
    if (error instanceof SfError && /^(UnknownObject|ApiVersionRefused)Error$/.test(error.name)) throw error;
    return null;
  }
}

/** Separates services that work once their secrets are set, with their proposed settings, from the others. */
function sortServices(
  { fields, services }: Proposal,
  settings: Settings,
): { readonly services: readonly ProposedService[]; readonly unfit: readonly UnfitService[] } {
  const all = { ...settings.services };
  for (const [name, proposed] of Object.entries(services)) all[name] = { ...proposed, ...(all[name] as object) };
  const [fit, unfit]: [ProposedService[], UnfitService[]] = [[], []];
  for (const [service, field] of Object.entries(fields)) {
    const problem = whyNotReady(service, all, process.env);
    const { needs = '', closed = null } = definitions.find(({ name }) => name === service) ?? {};
    if (problem === null) fit.push({ service, field, unset: [] });
    else if (problem.name === 'SecretUnsetError') fit.push({ service, field, unset: unsetVariables(all[service]) });
    else unfit.push({ service, field, closed, needs: needs || problem.message });
  }
  return { services: fit, unfit };
}

/** The proposal, limited to some of its services. */
function onlyOf(proposal: Proposal, services: readonly ProposedService[]): Proposal {
  const named = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => services.some(({ service }) => service === name)));
  return { ...proposal, fields: named(proposal.fields), services: named(proposal.services) };
}

/** The unset environment variables that the settings of a service name. */
function unsetVariables(settings: unknown): string[] {
  const named = Object.entries(settings ?? {}).filter(([key]) => key.endsWith('Env'));
  return named.map(([, variable]) => String(variable)).filter((variable) => !process.env[variable]);
}

function actionsOf(
  proposal: Proposal,
  services: readonly ProposedService[],
  { path, inProject }: SettingsPlace,
  { given, folder }: Unmapped,
): string[] {
  const { sobject, urlField } = proposal;
  if (services.length === 0) return [messages.getMessage('action.nothing', [sobject])];
  const kept = toSettings(proposal);
  const flags = [
    ...[flagWords('sobject', kept.sobject), flagWords('url-field', kept.urlField)],
    ...services.map(({ service, field }) => flagWords('field', `${service}=${field}`)),
  ].join('');
  const sync = syncCommand(given);
  // Flags can only map fields; a service that needs other settings needs a settings file.
  const isByFlags = urlField !== null && Object.keys(proposal.services).length === 0;
  return [
    ...(isByFlags ? [messages.getMessage('action.flags', [`${sync}${flags} --dry-run`])] : []),
    messages.getMessage(inProject ? 'action.project' : 'action.file', [relative(folder, path), JSON.stringify(kept)]),
    ...(urlField === null ? [messages.getMessage('action.noUrl', [sobject])] : []),
    ...services.flatMap(unsetLine),
    messages.getMessage('action.preview', [`${sync} --dry-run`]),
  ];
}

/** Whether the settings name another object or URL field, which a proposal must not overwrite. */
function contradicts({ sobject, urlField }: Proposal, file: SettingsFile): boolean {
  const differs = (one: string | undefined, other: string | null): boolean =>
    one !== undefined && one.toLowerCase() !== other?.toLowerCase();
  return differs(file.sobject, sobject) || differs(file.urlField, urlField);
}

function requireReady(services: readonly ProposedService[], { path }: SettingsPlace, sync: string): void {
  const unset = [...new Set(services.flatMap((one) => one.unset))];
  if (unset.length === 0) return;
  const error = bylineError('servicesNotReady', [path]);
  error.actions = [
    ...services.flatMap(unsetLine),
    messages.getMessage('action.preview', [`${sync} --dry-run`]),
    messages.getMessage('action.write', [sync]),
  ];
  throw error;
}
