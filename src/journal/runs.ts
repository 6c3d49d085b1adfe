import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bylineError } from '../errors.ts';
import type { JournalEntry } from '../model/run-facts.ts';
import { applyEntry, beginRun, type RunState } from '../model/run-state.ts';
import { DamagedLine, readJsonLines } from './json-lines.ts';

/** Days a run is kept. */
const KEEP_DAYS = 30;
const JOURNAL = '.jsonl';
const PLAN = '.plan.jsonl';
const LOCK = '.lock';
const RUN_ID = /^(\d{8}T\d{6}Z)-[0-9a-f]{6}$/;

/** The folder the runs of this machine's user are kept in, below oclif's data folder. */
export function runsFolder(dataDir: string): string {
  return join(dataDir, 'byline', 'runs');
}

export const journalPath = (folder: string, runId: string): string => join(folder, runId + JOURNAL);
export const planPath = (folder: string, runId: string): string => join(folder, runId + PLAN);
export const lockPath = (folder: string, runId: string): string => join(folder, runId + LOCK);

/** The ids of all runs in the folder, newest first; none where there is no folder yet. */
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
 * A run id that sorts after those there are, even when the clock was set back or two runs begin in one second:
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

/** Makes the folder and removes runs that began more than 30 days ago. */
export async function prepareFolder(folder: string, now: number): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const oldest = toStamp(now - KEEP_DAYS * 24 * 3600 * 1000);
  const old = (await listRunIds(folder)).filter((id) => id < oldest);
  for (const id of old) {
    for (const path of [journalPath, planPath, lockPath]) await rm(path(folder, id), { force: true });
  }
}

/**
 * Where a run stands, and the byte its journal's last whole line ends at. Throws an error naming file and line where the
 * journal is damaged, of a newer version or not a journal: nothing is guessed.
 */
export async function readRun(folder: string, runId: string): Promise<{ state: RunState; size: number }> {
  const path = journalPath(folder, runId);
  let state: RunState | undefined;
  let size = 0;
  let line = 0;
  try {
    for await (const { value, offset, length } of readJsonLines(path)) {
      line += 1;
      const entry = value as JournalEntry & { readonly version?: number };
      if (line === 1 && (entry.version ?? 1) > 1) throw bylineError('journalTooNew', [path, String(entry.version)]);
      if (state) applyEntry(state, entry);
      else state = beginRun(entry);
      size = offset + length + 1;
    }
  } catch (error) {
    // A fact that fits nothing is as wrong as a line that is not JSON.
    if (error instanceof DamagedLine || error instanceof TypeError) {
      const where = error instanceof DamagedLine ? error.message : `line ${line}: ${error.message}`;
      throw bylineError('journalDamaged', [path, where], { cause: error });
    }
    throw error;
  }
  if (!state) throw bylineError('journalDamaged', [path, 'no whole line']);
  return { state, size };
}

/**
 * The run a user means: that of a job (15 or 18 characters), or the newest. Throws an error where there is no run at all;
 * `undefined` where no run has the job.
 */
export async function findRun(folder: string, job: string | undefined): Promise<RunState | undefined> {
  const ids = await listRunIds(folder);
  if (job === undefined) {
    if (ids[0] === undefined) throw bylineError('noRuns', [folder]);
    return (await readRun(folder, ids[0])).state;
  }
  for (const id of ids) {
    const { state } = await readRun(folder, id);
    if (state.jobs.some((known) => known.id.slice(0, 15) === job.slice(0, 15))) return state;
  }
  return undefined;
}
