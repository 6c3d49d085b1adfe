import { randomBytes } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bylineError } from '../errors.ts';
import type { JournalEntry } from '../model/run-facts.ts';
import { applyEntry, beginRun, type RunState } from '../model/run-state.ts';
import { RUN_ID } from '../model/which-run.ts';
import { DamagedLine, readJsonLines } from './json-lines.ts';
import { makeFolder } from './make-folder.ts';
import { readEntry } from './read-entry.ts';

/** Days a run is kept. */
const KEEP_DAYS = 30;
const JOURNAL = '.jsonl';
const PLAN = '.plan.jsonl';
const READINGS = '.readings.jsonl';
const REPORT = '.report-';
const LOCK = '.lock';

export const journalPath = (folder: string, runId: string): string => join(folder, runId + JOURNAL);
export const planPath = (folder: string, runId: string): string => join(folder, runId + PLAN);
export const readingsPath = (folder: string, runId: string): string => join(folder, runId + READINGS);
/** The prefix of the paths of a run's kept reports. */
export const reportsPrefix = (folder: string, runId: string): string => join(folder, runId + REPORT);
export const lockPath = (folder: string, runId: string): string => join(folder, runId + LOCK);

/** The ids of all runs in the folder, newest first; none if the folder is missing. */
export async function listRunIds(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const ids = names
    .filter((name) => name.endsWith(JOURNAL) && !name.endsWith(PLAN))
    .map((name) => name.slice(0, -JOURNAL.length));
  return ids
    .filter((id) => RUN_ID.test(id))
    .sort()
    .reverse();
}

/**
 * A run id that sorts after existing ones, even if the clock was set back or two runs begin in the same second:
 * `20261123T073015Z-4f2a1c`.
 */
export function newRunId(newest: string | undefined, now: number): string {
  const stamp = toStamp(now);
  const last = RUN_ID.exec(newest ?? '')?.[1];
  const next = last !== undefined && last >= stamp ? toStamp(fromStamp(last) + 1000) : stamp;
  return `${next}-${randomBytes(3).toString('hex')}`;
}

const toStamp = (time: number): string => `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

function fromStamp(stamp: string): number {
  return Date.parse(stamp.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

/** Creates the folder and removes files of runs that began more than 30 days ago. */
export async function prepareFolder(folder: string, now: number): Promise<void> {
  makeFolder(folder, 0o700);
  const oldest = toStamp(now - KEEP_DAYS * 24 * 3600 * 1000);
  const old = (await readdir(folder)).filter((name) => RUN_ID.test(name.split('.')[0]!) && name < oldest);
  for (const name of old) await rm(join(folder, name), { force: true });
}

/** Waits until new file names in the folder are on disk, if the system supports that. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** The state of a run, and the byte at which the journal's last complete line ends. */
export type ReadRun = { readonly state: RunState; readonly size: number };

/**
 * Reads the state of a run. Throws an error naming file and line if the journal is damaged, of a newer version, or not
 * a journal; nothing is guessed.
 */
export async function readRun(folder: string, runId: string): Promise<ReadRun> {
  const run = await readBegunRun(folder, runId);
  if (!run) throw bylineError('journalDamaged', [journalPath(folder, runId), 'no whole line']);
  return run;
}

/**
 * Like {@link readRun}, but `undefined` if the journal has no complete line: its writer was killed before anything was
 * done.
 */
export async function readBegunRun(folder: string, runId: string): Promise<ReadRun | undefined> {
  const path = journalPath(folder, runId);
  let state: RunState | undefined;
  let size = 0;
  let line = 0;
  try {
    for await (const { value, offset, length } of readJsonLines(path)) {
      line += 1;
      const entry = toEntry(value, line, path);
      if (state) applyEntry(state, entry);
      else state = beginRun(requireRun(entry, runId));
      size = offset + length + 1;
    }
  } catch (error) {
    // An invalid fact is as wrong as a line that isn't JSON.
    if (error instanceof DamagedLine || error instanceof TypeError) {
      const where = error instanceof DamagedLine ? error.message : `line ${line}: ${error.message}`;
      throw bylineError('journalDamaged', [path, where], { cause: error });
    }
    throw error;
  }
  return state && { state, size };
}

/** A journal that was copied or renamed must not pass for that of another run. */
function requireRun(entry: JournalEntry, runId: string): JournalEntry {
  if (entry.fact === 'run' && entry.runId !== runId) throw new TypeError(`it's the journal of run ${entry.runId}`);
  return entry;
}

function toEntry(value: unknown, line: number, path: string): JournalEntry {
  const version = line === 1 && (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1) throw bylineError('journalTooNew', [path, String(version)]);
  return readEntry(value);
}
