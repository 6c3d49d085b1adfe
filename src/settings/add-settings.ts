import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bylineError } from '../errors.ts';
import type { SettingsFile } from './settings.ts';
import { findProject, readText } from './settings-file.ts';

/** Where settings can be kept: a file, or `plugins.byline` of a project's. */
export type SettingsPlace = { readonly path: string; readonly inProject: boolean };

/**
 * Where the settings of a command belong: the file it names, else the `sfdx-project.json` it is run below, else a new
 * `byline.json`.
 */
export async function placeOfSettings(file: string | undefined, folder: string): Promise<SettingsPlace> {
  if (file !== undefined) return { path: resolve(folder, file), inProject: false };
  const project = await findProject(resolve(folder));
  return project
    ? { path: project.path, inProject: true }
    : { path: join(resolve(folder), 'byline.json'), inProject: false };
}

/** Adds settings to what the file holds, and makes it where it is not there. Throws an error naming the file where it cannot be written. */
export async function addSettings({ path, inProject }: SettingsPlace, added: SettingsFile): Promise<void> {
  const text = (await readText(path)) ?? '{}\n';
  try {
    await writeFile(path, withSettings(text, inProject ? { plugins: { byline: added } } : added));
  } catch (cause) {
    throw bylineError('settingsNotWritten', [path, (cause as Error).message], { cause });
  }
}

/** A JSON file with more in it. What is there stays as it is; indentation, line ends and byte-order mark too. */
export function withSettings(text: string, added: object): string {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const there = JSON.parse(text.slice(mark.length)) as object;
  const indent = /^\{\s*?\n([ \t]+)/.exec(text.slice(mark.length))?.[1] ?? '  ';
  const end = /\s*$/.exec(text)?.[0] ?? '';
  const json = JSON.stringify(merged(there, added), null, indent);
  const lines = text.includes('\r\n') ? json.replaceAll('\n', '\r\n') : json;
  return `${mark}${lines}${end}`;
}

/** Both objects, key by key; where both have one that is no object, the first one's stays. */
function merged(there: object, added: object): object {
  const result: Record<string, unknown> = { ...there };
  for (const [key, value] of Object.entries(added) as [string, unknown][]) {
    const old = result[key];
    result[key] = isObject(old) && isObject(value) ? merged(old, value) : (old ?? value);
  }
  return result;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
