import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * Identifies a process for other processes: its number, when it started, and where the number is valid: the machine,
 * its boot, and its process namespace. `-` stands for what the system doesn't provide; only Linux provides everything.
 */
export type ProcessName = {
  readonly pid: string;
  readonly began: string;
  readonly host: string;
  readonly boot: string;
  readonly space: string;
};

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

/** Reads a name. Names from earlier versions have only a number and a start time, and belong to this machine. */
export function readName(text: string, here: ProcessName): ProcessName {
  const [pid = '', began = '-', host = here.host, boot = here.boot, space = here.space] = text.split(' ');
  return { pid, began, host, boot, space };
}

/** A process as users see it: its number, and its host if that isn't this one. */
export const describeProcess = ({ pid, host }: ProcessName, here: ProcessName): string =>
  host === here.host ? pid : `${pid} on ${host}`;

/** When a process started, in the system's own unit. Process numbers are reused, in containers soon. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in parentheses, which may hold anything. The 22nd is the start time.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}

/**
 * Whether a process is running; `elsewhere` if only its own machine or container can tell. After a restart, none of the
 * machine's earlier processes is.
 */
export async function findProcess(name: ProcessName, here: ProcessName): Promise<'alive' | 'gone' | 'elsewhere'> {
  const isHere = here.boot === '-' ? name.host === here.host : name.boot === here.boot && name.space === here.space;
  if (!isHere) return name.host === here.host && name.boot !== here.boot ? 'gone' : 'elsewhere';
  const pid = Number(name.pid);
  if (!Number.isInteger(pid) || pid <= 0) return 'gone';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // The process exists but belongs to another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'gone';
  }
  return name.began === '-' || name.began === (await startOf(pid)) ? 'alive' : 'gone';
}
