import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** The bit of SIGHUP, the first signal, in the masks of `/proc/<pid>/status` (proc_pid_status(5)). */
const HANG_UP = 1n;

/**
 * Whether the end of the terminal is not to end this process, as after `nohup`. Node forgets at its start which signals
 * were ignored, so it is seen by what is left: the shell names the program it started in `_`, and a parent that ignores
 * SIGHUP, as a script under `nohup` does, hands that on. Only Linux shows the parent's signals.
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
