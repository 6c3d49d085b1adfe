import type { Writable } from 'node:stream';

/**
 * Lets a run continue without its output. If the reader is gone (EPIPE), the device is full (ENOSPC), or the terminal
 * is closed (EIO), the stream is silenced; the run and its exit code aren't affected. oclif's own listener, which ends
 * the process for anything but EPIPE, is replaced for the rest of the process.
 */
export function ignoreLostOutput(streams: readonly Writable[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    stream.removeAllListeners('error');
    stream.on('error', () => silence(stream));
  }
}

/** Discards everything written to a stream. */
function silence(stream: Writable): void {
  stream.write = (...args: unknown[]): boolean => {
    const written = args.at(-1);
    if (typeof written === 'function') process.nextTick(written);
    return true;
  };
}
