import { Messages } from '@salesforce/core';
import { mergeSettings, type Settings } from '../settings/settings.ts';
import { readSettings } from '../settings/settings-file.ts';
import { type Diagnosis, pass, failedCheck } from './diagnosis.ts';
import { diagnoseOrg } from './diagnose-org.ts';
import { diagnoseServices } from './diagnose-services.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'doctor');

/** Milliseconds for the org to answer; a sync would wait longer. */
const TIMEOUT_MS = 30_000;

/** Checks the settings of a folder, and with them the org and the services. */
export async function* diagnoseFolder(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): AsyncGenerator<Diagnosis, void, undefined> {
  let settings: Settings;
  let path: string | null;
  try {
    const found = await readSettings(undefined, folder);
    settings = mergeSettings({}, found.settings);
    path = found.path;
  } catch (error) {
    return yield failedCheck(messages.getMessage('settings', [folder]), error);
  }
  if (path !== null) yield pass(messages.getMessage('settings', [path]));
  else {
    const suggestions = [messages.getMessage('settings.propose')];
    yield { name: messages.getMessage('settings.none'), status: 'unknown', suggestions };
  }
  yield* diagnoseOrg(settings, path !== null, AbortSignal.timeout(TIMEOUT_MS));
  yield* await diagnoseServices(settings, env);
}
