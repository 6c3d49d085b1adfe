import { expect } from 'chai';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockRun } from '../../src/journal/lock.ts';
import { errorOf, inFolder } from './folder.ts';

/** No process has this number: Linux numbers them below 2^22, Windows and macOS far lower. */
const NOBODY = '99999999';

const at = (test: (path: string) => Promise<void>): (() => Promise<void>) =>
  inFolder((folder) => test(join(folder, 'run.lock')));

const signal = (): AbortSignal => new AbortController().signal;

describe('the lock of a run', () => {
  it(
    'is there for its owner only, and gone when it is disposed of',
    at(async (path) => {
      const lock = await lockRun(path, 'a-run', signal());
      expect(await readFile(path, 'utf8')).to.match(new RegExp(`^${process.pid} (\\d+|-) \\S+ \\S+ \\S+$`));
      if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).to.equal(0o600);
      await lock[Symbol.asyncDispose]();
      expect(await errorOf(stat(path))).to.include('ENOENT');
    }),
  );

  it(
    'of a living process is refused to others, and names it',
    at(async (path) => {
      await using lock = await lockRun(path, 'a-run', signal());
      expect(await errorOf(lockRun(path, 'a-run', signal()))).to.match(
        new RegExp(`^RunLockedError: .*a-run.*${process.pid}`),
      );
      expect(lock).to.have.property(Symbol.asyncDispose);
    }),
  );

  it(
    'of an ended process is taken over',
    at(async (path) => {
      await writeFile(path, NOBODY);
      await using lock = await lockRun(path, 'a-run', signal());
      expect(await readFile(path, 'utf8')).to.include(String(process.pid));
      expect(lock).to.have.property(Symbol.asyncDispose);
    }),
  );

  it(
    'of another machine or container is refused as long as it gives a sign of life',
    at(async (path) => {
      // Here, this number is that of a living process.
      await writeFile(path, `${process.pid} 1 build-7 another-boot pid:[1]`);
      expect(await errorOf(lockRun(path, 'a-run', signal()))).to.match(
        new RegExp(`^RunLockedError: .*a-run.*process ${process.pid} on build-7`),
      );
      const old = new Date(Date.now() - 121_000);
      await utimes(path, old, old);
      await using lock = await lockRun(path, 'a-run', signal());
      expect(lock).to.have.property(Symbol.asyncDispose);
    }),
  );

  it(
    'that another process has taken over is left alone',
    at(async (path) => {
      const lock = await lockRun(path, 'a-run', signal());
      await writeFile(path, '4711 1 build-7 another-boot pid:[1]');
      await lock[Symbol.asyncDispose]();
      expect(await readFile(path, 'utf8')).to.include('build-7');
    }),
  );

  for (const [held, content] of [
    ['is just being written', ''],
    ['is taken over', NOBODY],
  ] as const) {
    it(
      `that ${held} is waited for no longer than the signal says`,
      at(async (path) => {
        await writeFile(path, content);
        const controller = new AbortController();
        const reason = new Error('interrupted');
        const outcome = lockRun(path, 'a-run', controller.signal).catch((error: unknown) => error);
        controller.abort(reason);
        expect(await outcome).to.equal(reason);
        // Whoever comes next has it.
        await (await lockRun(path, 'a-run', signal()))[Symbol.asyncDispose]();
      }),
    );
  }
});
