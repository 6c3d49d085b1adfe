import { expect } from 'chai';
import { appendFile, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DamagedLine, type JsonLine, JsonLinesFile, readJsonLines } from '../../src/journal/json-lines.ts';
import { errorOf, inFolder } from './folder.ts';

async function read(path: string): Promise<JsonLine[]> {
  const lines: JsonLine[] = [];
  for await (const line of readJsonLines(path)) lines.push(line);
  return lines;
}

const valuesOf = async (path: string): Promise<unknown[]> => (await read(path)).map(({ value }) => value);

describe('a file of JSON lines', () => {
  it(
    'reads back what was written, in the order of the calls, and returns the position of each line in bytes',
    inFolder(async (folder) => {
      const path = join(folder, 'a.jsonl');
      const values = [{ a: 1 }, { text: 'ä\n"😀"\u2028' }, { list: [null, 'x'.repeat(3_000_000)] }, {}];
      await using file = await JsonLinesFile.create(path);
      const places = await Promise.all(values.map((value) => file.append(value)));
      await file.flush();
      const lines = await read(path);
      expect(lines.map(({ value }) => value)).to.deep.equal(values);
      expect(lines.map(({ offset, length }) => ({ offset, length }))).to.deep.equal(places);
      const bytes = await readFile(path);
      for (const [index, { offset, length }] of places.entries()) {
        expect(JSON.parse(bytes.subarray(offset, offset + length).toString())).to.deep.equal(values[index]);
      }
      for (const chosen of [places, places.toReversed(), [places[0]!, places[3]!], []]) {
        const expected = chosen.map((place) => [place, values[places.indexOf(place)]]);
        const found = [];
        for await (const line of file.read(chosen)) found.push(line);
        expect(found).to.deep.equal(expected);
      }
    }),
  );

  it(
    'is flushed in the order of the calls, even if the disk takes longer for the first one',
    inFolder(async (folder) => {
      const handle = await open(join(folder, 'a.jsonl'), 'ax+');
      const begun = Promise.withResolvers<void>();
      handle.datasync = async () => {
        handle.datasync = () => Promise.resolve();
        begun.resolve();
        for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
      };
      await using file = JsonLinesFile.of('a.jsonl', handle);
      const order: string[] = [];
      const first = file.flush().then(() => order.push('first'));
      await begun.promise;
      await Promise.all([first, file.flush().then(() => order.push('second'))]);
      expect(order).to.deep.equal(['first', 'second']);
    }),
  );

  it(
    'is readable by its owner only',
    inFolder(async (folder) => {
      await using file = await JsonLinesFile.create(join(folder, 'a.jsonl'));
      if (process.platform !== 'win32') expect((await stat(file.path)).mode & 0o777).to.equal(0o600);
    }),
  );

  it(
    'is never made over another',
    inFolder(async (folder) => {
      const path = join(folder, 'a.jsonl');
      await writeFile(path, '{"kept":1}\n');
      expect(await errorOf(JsonLinesFile.create(path))).to.include('EEXIST');
      expect(await readFile(path, 'utf8')).to.equal('{"kept":1}\n');
    }),
  );

  it(
    'is read with line ends of Windows too, as a plan may have them that went through git',
    inFolder(async (folder) => {
      const path = join(folder, 'a.jsonl');
      await writeFile(path, '{"a":1}\r\n{"b":2}\r\n');
      expect(await valuesOf(path)).to.deep.equal([{ a: 1 }, { b: 2 }]);
      await using file = await JsonLinesFile.view(path);
      const found = [];
      for await (const [, value] of file.read((await read(path)).toReversed())) found.push(value);
      expect(found).to.deep.equal([{ b: 2 }, { a: 1 }]);
    }),
  );

  it(
    'leaves out a last line that was torn, wherever it was',
    inFolder(async (folder) => {
      const path = join(folder, 'a.jsonl');
      const whole = '{"a":1}\n{"b":"ä"}\n';
      for (const torn of ['{"c":', '{"c":1}', '{', '\u00e4'.slice(0, 1), 'nonsense']) {
        await writeFile(path, whole + torn);
        expect(await valuesOf(path), torn).to.deep.equal([{ a: 1 }, { b: 'ä' }]);
      }
      for (let bytes = 0; bytes <= Buffer.byteLength(whole); bytes += 1) {
        await writeFile(path, Buffer.from(whole).subarray(0, bytes));
        const values = [{ a: 1 }, { b: 'ä' }].slice(0, bytes < 8 ? 0 : bytes < Buffer.byteLength(whole) ? 1 : 2);
        expect(await valuesOf(path), `${bytes} bytes`).to.deep.equal(values);
      }
    }),
  );

  it(
    'is continued behind its last whole line',
    inFolder(async (folder) => {
      const path = join(folder, 'a.jsonl');
      await writeFile(path, '{"a":1}\n{"torn":');
      {
        await using file = await JsonLinesFile.continue(path);
        await file.goOn(8);
        expect(await file.append({ b: 2 })).to.deep.equal({ offset: 8, length: 7 });
      }
      expect(await readFile(path, 'utf8')).to.equal('{"a":1}\n{"b":2}\n');
    }),
  );

  for (const [name, text, line] of [
    ['in the middle', '{"a":1}\n{"b":\n{"c":1}\n', 2],
    ['at the beginning', 'nonsense\n{"a":1}\n', 1],
    ['an empty line', '{"a":1}\n\n{"b":1}\n', 2],
    ['a last line that is whole', '{"a":1}\n{"b":}\n', 2],
  ] as const) {
    it(
      `names a line that is damaged: ${name}`,
      inFolder(async (folder) => {
        const path = join(folder, 'a.jsonl');
        await writeFile(path, text);
        const error: unknown = await read(path).catch((cause: unknown) => cause);
        expect(error)
          .to.be.instanceOf(DamagedLine)
          .and.to.include({ line, message: `line ${line} is not JSON` });
      }),
    );
  }

  it(
    'an empty file has no lines',
    inFolder(async (folder) => {
      await writeFile(join(folder, 'a.jsonl'), '');
      expect(await valuesOf(join(folder, 'a.jsonl'))).to.deep.equal([]);
    }),
  );

  it(
    'reads a line that is longer than a block of the disk, and one that ends with it',
    inFolder(async (folder) => {
      const path = join(folder, 'a.jsonl');
      for (const length of [(1 << 20) - 12, (1 << 20) - 11, (1 << 20) - 10, 2_500_000]) {
        const text = 'ä'.repeat(length / 2);
        await writeFile(path, '');
        await appendFile(path, `{"text":"${text}"}\n{"next":1}\n`);
        expect(await valuesOf(path)).to.deep.equal([{ text }, { next: 1 }]);
      }
    }),
  );
});
