import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Messages } from '@salesforce/core';
import { mergeSettings, type Settings } from '../settings/settings.ts';
import { readSettings } from '../settings/settings-file.ts';
import { type Diagnosis, pass, trouble } from './diagnosis.ts';
import { diagnoseOrg } from './org.ts';
import { diagnoseServices } from './services.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'doctor');

/** The doctor takes no flags, so the settings file has to be found by the name everybody gives it. */
const USUAL_NAME = 'byline.json';
/** Milliseconds the org has to answer; a sync would wait longer. */
const PATIENCE_MS = 30_000;

/** Looks at the settings of a folder, and at the org and the services as they have them. */
export async function* diagnoseFolder(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): AsyncGenerator<Diagnosis, void, undefined> {
  let settings: Settings;
  let path: string | null;
  try {
    ({ settings, path } = await findSettings(folder));
  } catch (error) {
    return yield trouble(messages.getMessage('settings', [folder]), error);
  }
  if (path !== null) yield pass(messages.getMessage('settings', [path]));
  else {
    const suggestions = [messages.getMessage('settings.propose')];
    yield { name: messages.getMessage('settings.none'), status: 'unknown', suggestions };
  }
  yield* diagnoseOrg(settings, path !== null, AbortSignal.timeout(PATIENCE_MS));
  yield* await diagnoseServices(settings, env);
}

async function findSettings(folder: string): Promise<{ settings: Settings; path: string | null }> {
  const project = await readSettings(undefined, folder);
  const isThere = await access(join(folder, USUAL_NAME)).then(
    () => true,
    () => false,
  );
  const { path, settings } = project.path === null && isThere ? await readSettings(USUAL_NAME, folder) : project;
  return { settings: mergeSettings({}, settings), path };
}
