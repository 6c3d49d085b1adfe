import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bylineError } from '../errors.ts';
import { addMembers } from './json-text.ts';
import type { SettingsFile } from './settings.ts';
import { findProject, readText, USUAL_NAME } from './settings-file.ts';

/** Where settings are saved: a file, or `plugins.byline` of a project's file. */
export type SettingsPlace = { readonly path: string; readonly inProject: boolean };

/**
 * Where a command saves settings: the file it names, or the one they were `found` in, or the `sfdx-project.json` above
 * the folder, or a new `byline.json`.
 */
export async function placeOfSettings(
  file: string | undefined,
  found: string | null,
  folder: string,
): Promise<SettingsPlace> {
  if (file !== undefined) return { path: resolve(folder, file), inProject: false };
  const project = await findProject(resolve(folder));
  if (found !== null) return { path: found, inProject: found === project?.path };
  return project
    ? { path: project.path, inProject: true }
    : { path: join(resolve(folder), USUAL_NAME), inProject: false };
}

/** Adds settings to a file, which is created if missing. Throws an error naming the file if it can't be written. */
export async function addSettings({ path, inProject }: SettingsPlace, added: SettingsFile): Promise<void> {
  const text = (await readText(path)) ?? '{}\n';
  try {
    await replaceFile(path, withSettings(text, inProject ? { plugins: { byline: added } } : added));
  } catch (cause) {
    throw bylineError('settingsNotWritten', [path, (cause as Error).message], { cause });
  }
}

/** Adds to the text of a JSON file; all existing text is unchanged. */
export function withSettings(text: string, added: object): string {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const json = text.slice(mark.length);
  const indent = /^\s*\{\s*?\n([ \t]+)/.exec(json)?.[1] ?? '  ';
  return mark + addMembers(json, [], added, { indent, lineEnd: json.includes('\r\n') ? '\r\n' : '\n' });
}

/** Replaces a file atomically, through a new one beside it. A symbolic link stays one. */
async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const mode = (await stat(target).catch(() => null))?.mode;
  const fresh = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(fresh, text, { flush: true, ...(mode === undefined ? {} : { mode }) });
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
