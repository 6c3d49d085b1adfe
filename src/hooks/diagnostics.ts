import { access, constants } from 'node:fs/promises';
import { Lifecycle } from '@salesforce/core';
import { setProxies } from '../http/proxies.ts';
import { printable } from '../model/plain-text.ts';
import { secrets } from '../model/redactor.ts';
import type { Diagnosis } from './diagnosis.ts';
import { diagnoseCertificates, diagnoseNode, diagnoseProxies } from './diagnose-machine.ts';

const PLUGIN = 'sf-plugin-byline';

const plain = (text: string): string => printable(secrets.redact(text));

/** What `sf doctor` passes to a plugin's hook (@salesforce/plugin-info, `SfDoctor`). */
export type Doctor = {
  addSuggestion(suggestion: string): void;
  addPluginData(plugin: string, data: Record<string, unknown>): void;
};

/**
 * Runs this plugin's checks for `sf doctor`: whether a sync could work from this folder, on this machine, and in the
 * default org. Writes nothing, asks no service for a count, and shows no secret.
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
  // An older Node can't load what follows, and an invalid proxy address makes every host unreachable.
  if (node.status === 'fail' || proxies.status === 'fail') return;
  const { diagnoseFolder } = await import('./diagnose-folder.ts');
  for await (const diagnosis of diagnoseFolder(process.cwd(), env)) await tell(diagnosis);
}
