import { access, constants } from 'node:fs/promises';
import { Lifecycle } from '@salesforce/core';
import { setProxies } from '../http/proxies.ts';
import { printable } from '../model/plain-text.ts';
import { secrets } from '../model/redactor.ts';
import type { Diagnosis } from './diagnosis.ts';
import { diagnoseCertificates, diagnoseNode, diagnoseProxies } from './diagnose-machine.ts';

const PLUGIN = 'sf-plugin-byline';

const plain = (text: string): string => printable(secrets.redact(text));

/** What "sf doctor" hands to the hook of a plugin (@salesforce/plugin-info, `SfDoctor`). */
export type Doctor = {
  addSuggestion(suggestion: string): void;
  addPluginData(plugin: string, data: Record<string, unknown>): void;
};

/**
 * What "sf doctor" runs for this plugin: looks whether a sync could work from this folder, on this machine and in the default
 * org. Writes nothing anywhere, asks no service for a count, and shows no secret.
 */
export async function hook({ doctor }: { doctor: Doctor }): Promise<void> {
  const tell = async ({ name, status, suggestions }: Diagnosis): Promise<void> => {
    await Lifecycle.getInstance().emit('Doctor:diagnostic', { testName: `[${PLUGIN}] ${plain(name)}`, status });
    for (const suggestion of suggestions) doctor.addSuggestion(`[${PLUGIN}] ${plain(suggestion)}`);
  };
  const { env, versions } = process;
  const node = diagnoseNode(versions.node);
  await tell(node);
  const proxies = diagnoseProxies(env);
  await tell(proxies);
  for (const diagnosis of await diagnoseCertificates(env, (path) => access(path, constants.R_OK)))
    await tell(diagnosis);
  doctor.addPluginData(PLUGIN, { node: versions.node, proxyVariables: setProxies(env) });
  // On an older Node what follows cannot even be loaded; and by a proxy that is no address nothing can be reached.
  if (node.status === 'fail' || proxies.status === 'fail') return;
  const { diagnoseFolder } = await import('./diagnose-folder.ts');
  for await (const diagnosis of diagnoseFolder(process.cwd(), env)) await tell(diagnosis);
}
