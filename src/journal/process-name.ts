import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * A process as others can find it: its number, when it began, and where that number means something: the machine, its boot
 * and its namespace of process numbers. What the system does not tell is `-`; only Linux tells all.
 */
export type ProcessName = {
  readonly pid: string;
  readonly began: string;
  readonly host: string;
  readonly boot: string;
  readonly space: string;
};

/** The name of this process. */
export async function nameThisProcess(): Promise<ProcessName> {
  return {
    pid: String(process.pid),
    began: await startOf(process.pid),
    host: hostname().replace(/\s/g, '') || '-',
    boot: (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim() || '-',
    space: (await readlink('/proc/self/ns/pid').catch(() => '')) || '-',
  };
}

export const writeName = ({ pid, began, host, boot, space }: ProcessName): string =>
  [pid, began, host, boot, space].join(' ');

/** Reads a name; those of earlier versions are only a number and a start, and of this machine. */
export function readName(text: string, here: ProcessName): ProcessName {
  const [pid = '', began = '-', host = here.host, boot = here.boot, space = here.space] = text.split(' ');
  return { pid, began, host, boot, space };
}

/** A process for people: its number, and where it is, unless that is here. */
export const tellProcess = ({ pid, host }: ProcessName, here: ProcessName): string =>
  host === here.host ? pid : `${pid} on ${host}`;

/** When a process began, in the system's own measure: numbers are used again, in containers soon. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in parentheses, which may hold anything; the 22nd is the start time.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}

/**
 * Whether a process is at work: `elsewhere` where only its own machine or container can tell. After a restart of the
 * machine none of its former processes is.
 */
export async function findProcess(name: ProcessName, here: ProcessName): Promise<'alive' | 'gone' | 'elsewhere'> {
  const isHere = here.boot === '-' ? name.host === here.host : name.boot === here.boot && name.space === here.space;
  if (!isHere) return name.host === here.host && name.boot !== here.boot ? 'gone' : 'elsewhere';
  const pid = Number(name.pid);
  if (!Number.isInteger(pid) || pid <= 0) return 'gone';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // The process is there, but belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'gone';
  }
  return name.began === '-' || name.began === (await startOf(pid)) ? 'alive' : 'gone';
}
