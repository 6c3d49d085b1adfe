import type { Writable } from 'node:stream';

/**
 * Lets a run outlive those who read what it says. Where a reader is gone (EPIPE), the device is full (ENOSPC) or the
 * terminal was closed (EIO), the stream is silent from then on: what is lost is output, and neither the run nor its exit
 * code. oclif's own listener, which ends the process for all but EPIPE, gives way for the rest of the process. Afterwards
 * nobody waits for what can no longer be written, as oclif does at the end of a command.
 */
export function outliveReaders(streams: readonly Writable[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    stream.removeAllListeners('error');
    stream.on('error', () => silence(stream));
  }
}

/** Takes everything in and writes nothing. */
function silence(stream: Writable): void {
  stream.write = (...args: unknown[]): boolean => {
    const written = args.at(-1);
    if (typeof written === 'function') process.nextTick(written);
    return true;
  };
}
