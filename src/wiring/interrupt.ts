import { EXIT_CODES } from '../model/exit-codes.ts';

const SIGNALS = { SIGINT: EXIT_CODES.interrupted, SIGTERM: EXIT_CODES.terminated } as const;

/** Thrown by everything that waits once the user, or the machine, asked the process to end. */
export class Interrupted extends Error {
  public override readonly name = 'Interrupted';
  public readonly exitCode: number;

  public constructor(signal: keyof typeof SIGNALS) {
    super(`interrupted by ${signal}`);
    this.exitCode = SIGNALS[signal];
  }
}

/**
 * Lets Ctrl-C and SIGTERM end a run in good order: the first aborts `signal`, a second ends the process at once. The
 * listeners that stand in the way, which would end the process on the first, are put back on dispose.
 */
export class InterruptGuard implements Disposable {
  private readonly controller = new AbortController();
  private readonly replaced = new Map<keyof typeof SIGNALS, NodeJS.SignalsListener[]>();

  public constructor() {
    for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
      this.replaced.set(signal, process.listeners(signal));
      process.removeAllListeners(signal);
      process.on(signal, this.interrupt);
    }
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
    if (this.controller.signal.aborted) process.exit(SIGNALS[signal]);
    this.controller.abort(new Interrupted(signal));
  };
}

/** The answer of a prompt. At a prompt Ctrl-C is a key and no signal: it is told as the signal would be. */
export async function atPrompt<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw (error as Error).name === 'ExitPromptError' ? new Interrupted('SIGINT') : error;
  }
}
