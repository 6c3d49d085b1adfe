import { expect } from 'chai';
import { mapConcurrent } from '../../src/pipeline/map-concurrent.ts';

/** Tasks that end when they are told to, in any order, and a source that tells what was taken from it. */
class TaskLog {
  public taken = 0;
  public closed = false;
  public running = 0;
  private readonly ends = new Map<number, PromiseWithResolvers<string>>();
  private readonly length: number;

  public constructor(length: number) {
    this.length = length;
  }

  public async *source(): AsyncGenerator<number, void, undefined> {
    try {
      for (let item = 0; item < this.length; item += 1) {
        this.taken += 1;
        yield item;
      }
    } finally {
      this.closed = true;
    }
  }

  public readonly task = async (item: number, signal: AbortSignal): Promise<string> => {
    this.running += 1;
    try {
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error(`${item} was aborted`)));
      });
      return await Promise.race([this.endOf(item).promise, aborted]);
    } finally {
      this.running -= 1;
    }
  };

  public end(...items: number[]): void {
    for (const item of items) this.endOf(item).resolve(`done ${item}`);
  }

  public fail(item: number): void {
    this.endOf(item).reject(new Error(`failed ${item}`));
  }

  private endOf(item: number): PromiseWithResolvers<string> {
    const end = this.ends.get(item) ?? Promise.withResolvers<string>();
    // Nobody may be waiting for it yet.
    end.promise.catch(() => undefined);
    this.ends.set(item, end);
    return end;
  }
}

/** Lets everything that can go on do so. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome: unknown = await promise.catch((error: unknown) => error);
  if (outcome instanceof Error) return outcome;
  throw new Error('it was not rejected');
}

describe('mapConcurrent', () => {
  it('keeps the order of the source, whatever ends first', async () => {
    const world = new TaskLog(5);
    world.end(4, 2, 3, 1);
    const results: string[] = [];
    const reading = (async () => {
      for await (const result of mapConcurrent(world.source(), 3, world.task)) results.push(result);
    })();
    await turn();
    expect(results).to.deep.equal([]);
    world.end(0);
    await reading;
    expect(results).to.deep.equal([0, 1, 2, 3, 4].map((item) => `done ${item}`));
  });

  it('takes no more from the source than the window holds, however slow the reader', async () => {
    const world = new TaskLog(100);
    world.end(...Array.from({ length: 100 }, (_, item) => item));
    const mapped = mapConcurrent(world.source(), 4, world.task);
    await turn();
    expect(world.taken).to.equal(0);
    await mapped.next();
    await turn();
    expect(world.taken).to.equal(4);
    await mapped.next();
    await turn();
    expect(world.taken).to.equal(5);
    await mapped.return();
  });

  it('has as many tasks under way as the window holds', async () => {
    const world = new TaskLog(10);
    const first = mapConcurrent(world.source(), 4, world.task).next();
    await turn();
    expect(world.running).to.equal(4);
    world.end(1, 2, 3);
    await turn();
    // The oldest is not done: nothing new begins.
    expect([world.running, world.taken]).to.deep.equal([1, 4]);
    world.end(0);
    expect(await first).to.deep.equal({ done: false, value: 'done 0' });
  });

  it('left early: the source is closed, what runs is aborted, and nothing runs any more', async () => {
    const world = new TaskLog(10);
    world.end(0);
    for await (const result of mapConcurrent(world.source(), 4, world.task)) {
      expect(result).to.equal('done 0');
      expect(world.running).to.equal(3);
      break;
    }
    expect([world.closed, world.running, world.taken]).to.deep.equal([true, 0, 4]);
  });

  it('tells the first error in the order of the source, and nothing of the others', async () => {
    const world = new TaskLog(10);
    world.fail(2);
    world.fail(1);
    const mapped = mapConcurrent(world.source(), 4, world.task);
    const first = mapped.next();
    await turn();
    world.end(0);
    expect((await first).value).to.equal('done 0');
    expect((await rejection(mapped.next())).message).to.equal('failed 1');
  });

  it('an error that waits for its turn is not unhandled meanwhile', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const world = new TaskLog(10);
      const mapped = mapConcurrent(world.source(), 4, world.task);
      const first = mapped.next();
      world.fail(1);
      await turn();
      await turn();
      world.end(0);
      await first;
      expect((await rejection(mapped.next())).message).to.equal('failed 1');
      expect(unhandled).to.deep.equal([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  it('after an error nothing runs any more, and the source is closed', async () => {
    const world = new TaskLog(10);
    world.fail(0);
    expect((await rejection(mapConcurrent(world.source(), 4, world.task).next())).message).to.equal('failed 0');
    expect([world.closed, world.running]).to.deep.equal([true, 0]);
  });

  it('an error of the source ends what runs', async () => {
    const world = new TaskLog(10);
    const source = (async function* () {
      yield* [0, 1];
      throw new Error('the source broke');
    })();
    expect((await rejection(mapConcurrent(source, 4, world.task).next())).message).to.equal('the source broke');
    expect(world.running).to.equal(0);
  });

  it('aborts the controller it was given, when it is done too', async () => {
    const world = new TaskLog(2);
    const controller = new AbortController();
    world.end(0, 1);
    for await (const result of mapConcurrent(world.source(), 4, world.task, controller)) {
      expect(result).to.match(/^done/);
      expect(controller.signal.aborted).to.equal(false);
    }
    expect(controller.signal.aborted).to.equal(true);
    expect(world.closed).to.equal(true);
  });
});
