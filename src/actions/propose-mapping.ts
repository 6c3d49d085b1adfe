import { relative } from 'node:path';
import { Messages, SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import { needsLine, othersLine, type ProposedService, type ShownProposal } from '../report/proposal-text.ts';
import { describeObject } from '../salesforce/describe.ts';
import { catalog } from '../services/catalog.ts';
import { addSettings, placeOfSettings, type SettingsPlace } from '../settings/add-settings.ts';
import { type Proposal, proposeMapping, toSettings } from '../settings/proposal.ts';
import type { SettingFlags, Settings, SettingsFile } from '../settings/settings.ts';
import type { OpenOrg } from '../process/open-org.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'proposal');

/** Milliseconds the org has to describe the object: without its answer there is still an error to show. */
const PATIENCE_MS = 15_000;

/** A command that was given no mapping, and what it knows instead. */
export type Unmapped = {
  readonly org: OpenOrg;
  readonly settings: Settings;
  readonly file: SettingsFile;
  /** Where `file` was read from. */
  readonly path: string | null;
  readonly flags: SettingFlags & { readonly 'config-file'?: string | undefined };
  readonly folder: string;
};

/** Shows a proposal and asks whether to write it to the file that is named; null where there is nobody to ask. */
export type ConfirmProposal = ((proposal: ShownProposal, place: SettingsPlace) => Promise<boolean>) | null;

/**
 * Proposes a mapping for an object that has none, by one request to the org, and where somebody says yes keeps it in the
 * settings. Returns where. In every other case throws the error that there is no mapping, with the proposal as text; and
 * where the mapping is kept but its services cannot be asked yet, an error that says what they need.
 */
export async function keepProposal(
  unmapped: Unmapped,
  ask: ConfirmProposal,
  signal: AbortSignal,
): Promise<SettingsPlace> {
  const { org, settings, flags, folder } = unmapped;
  const error = bylineError('noMapping', [settings.sobject]);
  const proposal = await propose(unmapped, signal);
  if (proposal === null) throw error;
  const place = await placeOfSettings(flags['config-file'], unmapped.path, folder);
  const services = servicesOf(proposal, settings);
  error.actions = [
    ...actionsOf(proposal, services, place, folder),
    ...(services.length === 0 ? (error.actions ?? []) : []),
  ];
  const { urlField } = proposal;
  if (!ask || services.length === 0 || urlField === null || contradicts(proposal, unmapped.file)) throw error;
  if (!(await ask({ ...proposal, urlField, services }, place))) throw error;
  await addSettings(place, toSettings(proposal));
  requireReady(services, place, syncCommand(org, place, folder));
  return place;
}

/** The `sync` that goes by the settings kept there. */
export function syncCommand({ identity }: OpenOrg, { path, inProject }: SettingsPlace, folder: string): string {
  const name = relative(folder, path);
  const file = inProject ? '' : ` --config-file ${/\s/.test(name) ? `'${name}'` : name}`;
  return `sf byline sync --target-org ${identity.username}${file}`;
}

/** `null` where the org could not be asked. */
async function propose({ org, settings, file, flags }: Unmapped, signal: AbortSignal): Promise<Proposal | null> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const { name, fields } = await describeObject(org.session, settings.sobject, patience);
    const urlChosen = flags['url-field'] !== undefined || file.urlField !== undefined;
    return proposeMapping(name, fields, settings, urlChosen);
  } catch (error) {
    signal.throwIfAborted();
    // What was said of the object or the version comes before the mapping of its fields.
    if (error instanceof SfError && /^(UnknownObject|ApiVersionRefused)Error$/.test(error.name)) throw error;
    return null;
  }
}

/** The proposed services, and what each needs before it can be asked with the settings that are proposed for it. */
function servicesOf({ fields, services }: Proposal, settings: Settings): ProposedService[] {
  const all = { ...settings.services };
  for (const [name, proposed] of Object.entries(services)) all[name] = { ...proposed, ...(all[name] as object) };
  const known = new Map(catalog(all, process.env).map((entry) => [entry.name, entry]));
  return Object.entries(fields).map(([service, field]) => {
    const {
      configured = false,
      needs = null,
      problem = null,
      closedSince = null,
      instead = null,
    } = known.get(service) ?? {};
    const unset = unsetVariables(all[service]);
    const lacks = unset.length > 0 ? `${unset.join(' and ')} to be set` : (needs ?? problem);
    return { service, field, needs: configured ? null : lacks, closedSince, instead };
  });
}

/** The variables the settings of a service name that are not set. */
function unsetVariables(settings: unknown): string[] {
  const named = Object.entries(settings ?? {}).filter(([key]) => key.endsWith('Env'));
  return named.map(([, variable]) => String(variable)).filter((variable) => !process.env[variable]);
}

function actionsOf(
  proposal: Proposal,
  services: readonly ProposedService[],
  { path, inProject }: SettingsPlace,
  folder: string,
): string[] {
  const { sobject, urlField } = proposal;
  if (services.length === 0) return [messages.getMessage('action.nothing', [sobject]), ...othersLine(proposal.others)];
  const kept = toSettings(proposal);
  const flags = [
    ...(kept.sobject === undefined ? [] : [`--sobject ${kept.sobject}`]),
    ...(kept.urlField === undefined ? [] : [`--url-field ${kept.urlField}`]),
    ...services.map(({ service, field }) => `--field ${service}=${field}`),
  ];
  const beyondFlags = services
    .filter(({ service, needs }) => needs !== null || Object.hasOwn(proposal.services, service))
    .map(({ service }) => service);
  const json = JSON.stringify(kept);
  return [
    messages.getMessage('action.flags', [flags.join(' ')]),
    inProject
      ? messages.getMessage('action.project', [relative(folder, path), json])
      : messages.getMessage('action.file', [json]),
    ...(urlField === null ? [messages.getMessage('action.noUrl', [sobject])] : []),
    ...(beyondFlags.length === 0 ? [] : [messages.getMessage('action.settings', [beyondFlags.join(', ')])]),
    ...services.flatMap(needsLine),
  ];
}

/** Whether the settings are about another object or URL field: what they say is not overwritten. */
function contradicts({ sobject, urlField }: Proposal, file: SettingsFile): boolean {
  const differs = (one: string | undefined, other: string | null): boolean =>
    one !== undefined && one.toLowerCase() !== other?.toLowerCase();
  return differs(file.sobject, sobject) || differs(file.urlField, urlField);
}

function requireReady(services: readonly ProposedService[], { path }: SettingsPlace, sync: string): void {
  const waiting = services.filter(({ needs }) => needs !== null).map(({ service }) => service);
  if (waiting.length === 0) return;
  const error = bylineError('servicesNotReady', [path, waiting.join(', ')]);
  error.actions = [...services.flatMap(needsLine), messages.getMessage('action.preview', [`${sync} --dry-run`])];
  throw error;
}
