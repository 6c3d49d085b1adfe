import { expect } from 'chai';
import { orAbort } from '../../src/http/wait.ts';

describe('orAbort', () => {
  it('leaves no rejection unhandled where the signal was aborted before', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): unknown => unhandled.push(reason);
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      const reason = new Error('interrupted');
      const work = Promise.reject(new Error('the work failed'));
      expect(await orAbort(work, AbortSignal.abort(reason)).catch((error: unknown) => error)).to.equal(reason);
      // Rejections are looked through when the microtasks are done.
      await new Promise(setImmediate);
    } finally {
      process.removeListener('unhandledRejection', note);
      for (const other of others) process.on('unhandledRejection', other);
    }
    expect(unhandled).to.deep.equal([]);
  });

  it('throws what the work is rejected with, and ends with the signal', async () => {
    const failed = new Error('the work failed');
    const { signal } = new AbortController();
    expect(await orAbort(Promise.reject(failed), signal).catch((error: unknown) => error)).to.equal(failed);
    const controller = new AbortController();
    const outcome = orAbort(new Promise(() => undefined), controller.signal).catch((error: unknown) => error);
    controller.abort(failed);
    expect(await outcome).to.equal(failed);
  });
});
