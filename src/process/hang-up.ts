import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** The bit of SIGHUP, signal 1, in the masks of `/proc/<pid>/status` (proc_pid_status(5)). */
const HANG_UP = 1n;

/**
 * Whether SIGHUP was ignored when this process started, as after `nohup`. Node doesn't keep that, so it is inferred:
 * the shell sets `_` to the program it started, and a parent that ignores SIGHUP, such as a script under `nohup`,
 * passes that on. Only Linux shows the parent's signals.
 */
export function ignoresHangUp(
  environment: NodeJS.ProcessEnv = process.env,
  readStatus: () => string = () => readFileSync(`/proc/${process.ppid}/status`, 'utf8'),
): boolean {
  if (basename(environment['_'] ?? '') === 'nohup') return true;
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readStatus())?.[1] ?? '0';
    return (BigInt(`0x${ignored}`) & HANG_UP) !== 0n;
  } catch {
    return false;
  }
}
