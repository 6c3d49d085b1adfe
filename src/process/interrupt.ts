import { EXIT_CODES } from '../model/exit-codes.ts';

const SIGNALS = {
  SIGINT: EXIT_CODES.interrupted,
  SIGBREAK: EXIT_CODES.interrupted,
  SIGTERM: EXIT_CODES.terminated,
  SIGHUP: EXIT_CODES.hungUp,
} as const;

/** Thrown by everything that waits when the process is asked to end. */
export class Interrupted extends Error {
  public override readonly name = 'Interrupted';
  public readonly exitCode: number;

  public constructor(signal: keyof typeof SIGNALS) {
    super(`interrupted by ${signal}`);
    this.exitCode = SIGNALS[signal];
  }
}

/**
 * Lets a run exit gracefully on Ctrl-C, SIGTERM, and the end of the terminal: the first signal aborts `signal`, a second ends
 * the process at once. A second SIGHUP does not: the shell and the terminal send one each. Where it was ignored, it stays
 * so, for the rest of the process. The listeners that stand in the way, which would end the process on the first signal,
 * are put back on dispose.
 */
export class InterruptGuard implements Disposable {
  private readonly controller = new AbortController();
  private readonly replaced = new Map<keyof typeof SIGNALS, NodeJS.SignalsListener[]>();

  public constructor(ignoresHangUp = false) {
    for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
      this.replaced.set(signal, process.listeners(signal));
      process.removeAllListeners(signal);
      process.on(signal, this.interrupt);
    }
    if (!ignoresHangUp) return;
    process.removeListener('SIGHUP', this.interrupt).on('SIGHUP', () => undefined);
    this.replaced.delete('SIGHUP');
  }

  public get signal(): AbortSignal {
    return this.controller.signal;
  }

  public [Symbol.dispose](): void {
    for (const [signal, listeners] of this.replaced) {
      process.removeListener(signal, this.interrupt);
      for (const listener of listeners) process.on(signal, listener);
    }
  }

  private readonly interrupt = (name: NodeJS.Signals): void => {
    const signal = name as keyof typeof SIGNALS;
    if (this.signal.aborted && signal === 'SIGHUP') return;
    if (this.signal.aborted) process.exit(SIGNALS[signal]);
    this.controller.abort(new Interrupted(signal));
  };
}

/** The answer of a prompt. At a prompt, Ctrl-C is a key, not a signal; it is turned into one. */
export async function atPrompt<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw (error as Error).name === 'ExitPromptError' ? new Interrupted('SIGINT') : error;
  }
}

/** A signal that aborts with another one, or as soon as its work is not wanted any more. */
export function stoppableSignal(signal: AbortSignal): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  return { signal: AbortSignal.any([signal, controller.signal]), stop: () => controller.abort() };
}
