import { expect } from 'chai';
import fc from 'fast-check';
import { appendFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReadingsFile } from '../../src/journal/readings-file.ts';
import type { KeptReading, Reading } from '../../src/model/reading.ts';
import { inFolder } from './folder.ts';

type Found = { readonly readings: readonly KeptReading[]; readonly requests: Readonly<Record<string, number>> };

const NOTHING: Found = { readings: [], requests: {} };

const kept = (key: string, at: number, reading: Reading, service = 'twitter'): KeptReading => {
  return { service, key, at, reading };
};
const numbered = (count: number): KeptReading[] =>
  Array.from({ length: count }, (_, index) => kept(`key-${index}`, index, { state: 'ok', count: index }));

/** Opens the file as another process would: what it holds, and the file to go on with. */
async function open(path: string, maxBytes?: number): Promise<Found & { file: ReadingsFile }> {
  const readings: KeptReading[] = [];
  const requests: Record<string, number> = {};
  const take = {
    keep: (reading: KeptReading): void => void readings.push(reading),
    sent: (service: string, sent: number): void => void (requests[service] = sent),
  };
  return { file: await ReadingsFile.open(path, take, maxBytes), readings, requests };
}

async function whatIsIn(path: string): Promise<Found> {
  const { file, readings, requests } = await open(path);
  file[Symbol.dispose]();
  return { readings, requests };
}

const at = (test: (path: string, folder: string) => Promise<void>): (() => Promise<void>) =>
  inFolder((folder) => test(join(folder, 'run.readings.jsonl'), folder));

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('the readings of a run on disk', () => {
  it(
    'are there for the next process once a turn of the event loop is over, readable by their owner only',
    at(async (path) => {
      const { file, ...found } = await open(path);
      expect(found).to.deep.equal(NOTHING);
      const readings = [
        kept('a', 0, { state: 'ok', count: 0 }),
        kept('b', 200, { state: 'failed', reason: 'HTTP 404: "no\nsuch page"' }),
        kept('c', 200, { state: 'skipped', reason: 'budget of 3 requests spent' }),
      ];
      file.sent('twitter', 1);
      file.sent('twitter', 2);
      for (const reading of readings) file.keep(reading);
      file.keep(kept('a', 0, { state: 'ok', count: 2 ** 53 - 1 }, 'facebook'));
      file.sent('linkedin', 7);
      await turn();
      expect(await whatIsIn(path)).to.deep.equal({
        readings: [...readings, kept('a', 0, { state: 'ok', count: 2 ** 53 - 1 }, 'facebook')],
        requests: { twitter: 2, linkedin: 7 },
      });
      if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).to.equal(0o600);
      file[Symbol.dispose]();
    }),
  );

  it(
    'leave no file if there are none, or after they are removed',
    at(async (path, folder) => {
      (await open(path)).file[Symbol.dispose]();
      expect(await readdir(folder)).to.deep.equal([]);
      const { file } = await open(path, 100);
      for (const reading of numbered(9)) {
        file.keep(reading);
        await turn();
      }
      expect((await readdir(folder)).toSorted()).to.deep.equal(['run.readings.jsonl', 'run.readings.older.jsonl']);
      file.keep(kept('last', 0, { state: 'ok', count: 1 }));
      file.remove();
      await turn();
      file[Symbol.dispose]();
      expect(await readdir(folder)).to.deep.equal([]);
    }),
  );

  it(
    'stay within two files, and the last ones are kept',
    at(async (path, folder) => {
      const { file } = await open(path, 1000);
      for (const reading of numbered(500)) {
        file.keep(reading);
        await turn();
      }
      file[Symbol.dispose]();
      const sizes = await Promise.all(
        (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
      );
      expect(Math.max(...sizes)).to.be.below(1200);
      const { readings } = await whatIsIn(path);
      expect(readings.length).to.be.at.least(15);
      expect(readings).to.deep.equal(numbered(500).slice(-readings.length));
    }),
  );

  it(
    'cut anywhere: the whole lines count, and the next process goes on behind them',
    at(async (path) => {
      const { file } = await open(path);
      for (const reading of numbered(4)) {
        file.keep(reading);
        await turn();
      }
      file[Symbol.dispose]();
      const text = await readFile(path, 'utf8');
      await fc.assert(
        fc.asyncProperty(fc.nat(text.length), async (length) => {
          await writeFile(path, text);
          await truncate(path, length);
          const whole = text.slice(0, length).split('\n').length - 1;
          const next = await open(path);
          expect(next.readings).to.deep.equal(numbered(whole));
          next.file.keep(kept('next', 9, { state: 'ok', count: 1 }));
          next.file[Symbol.dispose]();
          const { readings } = await whatIsIn(path);
          expect(readings).to.deep.equal([...numbered(whole), kept('next', 9, { state: 'ok', count: 1 })]);
        }),
        { numRuns: 50 },
      );
    }),
  );

  const wrong = [
    ['["a",0,-1]', '["a",0,1.5]', '["a",0,"12"]', '["a",0,1e300]', '["a",-1,1]', '[1,0,1]'],
    ['["a",0,"ok","5"]', '["a",0,"failed"]', '["a",0,"failed",null]', '["a",0,1,2]', '"a"', 'null'],
  ].flat();
  const damages = [
    ...['{"servi\n', '7\n', 'null\n', '{"service":"twitter"}\n'],
    ...wrong.map((reading) => `{"service":"twitter","requests":null,"readings":[["b",0,1],${reading}]}\n`),
    '{"service":["twitter"],"requests":1,"readings":[]}\n',
    '{"service":"twitter","requests":"5","readings":[]}\n',
    '{"service":"twitter","requests":1,"readings":{}}\n',
  ];
  for (const damage of damages) {
    it(
      `behind a damaged line (${JSON.stringify(damage)}) are not believed, and no error`,
      at(async (path) => {
        const { file } = await open(path);
        file.keep(kept('before', 0, { state: 'ok', count: 1 }));
        file[Symbol.dispose]();
        await appendFile(path, damage);
        await appendFile(path, '{"service":"twitter","requests":5,"readings":[]}\n');
        const { readings, requests } = await whatIsIn(path);
        expect(readings).to.deep.equal([kept('before', 0, { state: 'ok', count: 1 })]);
        expect(requests).to.deep.equal({});
      }),
    );
  }

  it(
    'are given up where the disk takes them not, without an error',
    at(async (path) => {
      const { file } = await open(join(path, 'no-such-folder.jsonl'));
      file.keep(kept('a', 0, { state: 'ok', count: 1 }));
      await turn();
      file.sent('twitter', 1);
      file.remove();
      file[Symbol.dispose]();
    }),
  );
});
