import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { bylineError } from '../errors.ts';
import { meantBy } from '../model/did-you-mean.ts';
import { EncodingError, StrictDecoder } from '../model/encoding.ts';
import { describeIssue, READING } from '../model/describe-issue.ts';
import { keysAt } from '../services/schema-keys.ts';
import { repeatedKeys } from './repeated-keys.ts';
import { type SettingsFile, settingsSchema } from './settings.ts';
import type { core } from '../zod.ts';

/** The settings that were read, and their file; `path` is null if there is none. */
export type FoundSettings = { readonly path: string | null; readonly settings: SettingsFile };

const PROJECT = 'sfdx-project.json';
/** The default name of a settings file. */
export const USUAL_NAME = 'byline.json';

/**
 * Reads the settings: the named file, or `plugins.byline` of the nearest `sfdx-project.json` in `folder` or above, or
 * the nearest `byline.json`, or none. Throws an error naming the file, and the key if one is wrong.
 */
export async function readSettings(file: string | undefined, folder: string): Promise<FoundSettings> {
  if (file !== undefined) {
    const path = resolve(folder, file);
    const text = await readText(path);
    if (text === undefined) throw bylineError('settingsNotFound', [path]);
    return fromFile({ path, text });
  }
  const inProject = await readProject(resolve(folder));
  if (inProject) return inProject;
  const usual = await findUpwards(USUAL_NAME, resolve(folder));
  return usual ? fromFile(usual) : { path: null, settings: {} };
}

const fromFile = ({ path, text }: FoundText): FoundSettings => ({
  path,
  settings: check(parse(text, path), path, repeatedKeys(text)),
});

/** `plugins.byline` of the nearest `sfdx-project.json`; `undefined` if there is none. */
async function readProject(folder: string): Promise<FoundSettings | undefined> {
  const project = await findProject(folder);
  if (!project) return undefined;
  const content = parse(project.text, project.path) as { plugins?: { byline?: unknown } } | null;
  if (content === null) throw bylineError('settingsInvalid', [project.path, 'an object is expected']);
  const { plugins } = content;
  if (plugins?.byline === undefined) return undefined;
  const repeated = repeatedKeys(project.text).filter((key) => /^plugins($|\.byline($|\.))/.test(key));
  return { path: project.path, settings: check(plugins.byline, project.path, repeated) };
}

type FoundText = { readonly path: string; readonly text: string };

/** The nearest `sfdx-project.json` in `folder` or above, and its text. */
export const findProject = (folder: string): Promise<FoundText | undefined> => findUpwards(PROJECT, folder);

/** The nearest file of this name in `folder` or above, and its text. */
async function findUpwards(name: string, folder: string): Promise<FoundText | undefined> {
  const path = join(folder, name);
  const text = await readText(path);
  if (text !== undefined) return { path, text };
  const parent = dirname(folder);
  return parent === folder ? undefined : findUpwards(name, parent);
}

/**
 * The text of a file, byte-order mark included; `undefined` if it doesn't exist. Throws an error naming the file if it
 * can't be read.
 */
export async function readText(path: string): Promise<string | undefined> {
  try {
    const decoder = new StrictDecoder();
    const text = decoder.decode(await readFile(path));
    decoder.end();
    return text;
  } catch (cause) {
    if (cause instanceof EncodingError) throw bylineError('fileNotText', [path, cause.message], { cause });
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw bylineError('settingsUnreadable', [path, code ?? String(cause)], { cause });
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    throw bylineError('settingsNotJson', [path, (cause as Error).message], { cause });
  }
}

function check(value: unknown, path: string, [repeated]: readonly string[]): SettingsFile {
  if (repeated !== undefined) throw bylineError('settingsKeyRepeated', [path, repeated]);
  const checked = settingsSchema.safeParse(value, READING);
  if (checked.success) return checked.data;
  const { issues } = checked.error;
  const meant = issues.map(keyMeant).find((key) => key !== undefined);
  throw bylineError('settingsInvalid', [path, issues.map(issueLine).join('; ')], { meant });
}

function issueLine(issue: core.$ZodIssue): string {
  const place = issue.path.map(String).join('.');
  return place === '' ? describeIssue(issue) : `${place}: ${describeIssue(issue)}`;
}

/** The valid key that an unknown one most likely means. */
function keyMeant(issue: core.$ZodIssue): string | undefined {
  const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  return unknown === undefined ? undefined : meantBy(unknown, keysAt(settingsSchema, issue.path));
}
