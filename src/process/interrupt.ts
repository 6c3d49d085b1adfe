import { EXIT_CODES } from '../model/exit-codes.ts';

const SIGNALS = {
  SIGINT: EXIT_CODES.interrupted,
  SIGBREAK: EXIT_CODES.interrupted,
  SIGTERM: EXIT_CODES.terminated,
  SIGHUP: EXIT_CODES.hungUp,
} as const;

/** Thrown by everything that waits when the process receives a signal to end. */
export class Interrupted extends Error {
  public override readonly name = 'Interrupted';
  public readonly exitCode: number;

  public constructor(signal: keyof typeof SIGNALS) {
    super(`interrupted by ${signal}`);
    this.exitCode = SIGNALS[signal];
  }
}

/**
 * Lets a run exit gracefully on Ctrl-C, SIGTERM, and SIGHUP: the first signal aborts `signal`, a second one ends the
 * process at once. A second SIGHUP doesn't, because the shell and the terminal each send one. A SIGHUP that was ignored
 * stays ignored. Other listeners, which would end the process at the first signal, are removed and restored on dispose.
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

/** The answer to a prompt. At a prompt, Ctrl-C arrives as a key; it is turned into a signal. */
export async function atPrompt<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw (error as Error).name === 'ExitPromptError' ? new Interrupted('SIGINT') : error;
  }
}

/** A signal that aborts with another one, or when `stop` is called. */
export function stoppableSignal(signal: AbortSignal): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  return { signal: AbortSignal.any([signal, controller.signal]), stop: () => controller.abort() };
}
