import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { noticeOddLines, readUrls } from '../../src/actions/counts-action.ts';

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const read: string[] = [];
  for await (const line of lines) read.push(line);
  return read;
}

describe('the lines of standard input', () => {
  it('are handed on as they come, whatever the chunks', async () => {
    const stdin = new PassThrough();
    const lines = readUrls('-', stdin, new AbortController().signal);
    const bytes = Buffer.from('https://a/ä\r\nhttps://b/');
    // Cut in the middle of a character.
    for (const byte of bytes) stdin.write(Buffer.from([byte]));
    expect(await lines.next()).to.deep.equal({ done: false, value: 'https://a/ä' });
    stdin.end();
    expect(await lines.next()).to.deep.equal({ done: false, value: 'https://b/' });
    expect(await lines.next()).to.deep.equal({ done: true, value: undefined });
  });

  it('are waited for no longer than the signal says', async () => {
    const stdin = new PassThrough();
    const controller = new AbortController();
    const lines = readUrls('-', stdin, controller.signal);
    stdin.write('https://a/\n');
    expect(await lines.next()).to.deep.equal({ done: false, value: 'https://a/' });
    const next = lines.next().catch((error: unknown) => error);
    const reason = new Error('interrupted');
    controller.abort(reason);
    expect(await next).to.equal(reason);
  });

  const bytes: readonly [name: string, bytes: Buffer, message: RegExp][] = [
    [
      'of another encoding',
      Buffer.from('https://a/\r\nhttps://b/m\xfcnchen\n', 'latin1'),
      /line 2 is not valid UTF-8\.$/,
    ],
    ['that end within a character', Buffer.from('https://a/ü').subarray(0, -1), /line 1 is not valid UTF-8\.$/],
    [
      'of half a character of UTF-16',
      Buffer.from('\ufeffa\nb', 'utf16le').subarray(0, -1),
      /line 2 is not valid UTF-16LE\.$/,
    ],
  ];
  for (const [name, given, message] of bytes) {
    it(`are refused where they are bytes ${name}, with the line, whatever the chunks`, async () => {
      for (const size of [2, 3, 1000]) {
        const stdin = new PassThrough();
        for (let at = 0; at < given.length; at += size) stdin.write(given.subarray(at, at + size));
        stdin.end();
        const error = await all(readUrls('-', stdin, new AbortController().signal)).catch((reason: unknown) => reason);
        expect(error).to.have.property('name', 'FileNotTextError');
        expect(error).to.have.property('message').that.matches(message);
      }
    });
  }

  it('hold U+FFFD where the file does', async () => {
    const stdin = new PassThrough();
    stdin.end('https://a/\ufffd');
    expect(await all(readUrls('-', stdin, new AbortController().signal))).to.deep.equal(['https://a/\ufffd']);
  });
});

describe('the lines of a file that is more than URLs', () => {
  const HEADER = 'looks like the header of a CSV file';
  const files: readonly [lines: readonly string[], notices: readonly string[]][] = [
    [['https://a/,b', 'url', '', 'https://b/'], []],
    [['', 'url,title', 'https://a/,A'], [HEADER]],
    [['"URL"', 'https://a/'], [HEADER]],
    [['Published URL', 'https://a/'], [HEADER]],
    [['Id;Published_URL__c', 'a01;https://a/'], [HEADER]],
    [['# a', 'https://a/', ' #b'], ['begin with "#" (2)']],
    [['www.example.com/a,b', 'curl'], []],
  ];
  for (const [lines, notices] of files) {
    it(JSON.stringify(lines), async () => {
      const told: string[] = [];
      const given = (async function* () {
        yield* lines;
      })();
      expect(await all(noticeOddLines(given, 'a.txt', (text) => told.push(text)))).to.deep.equal(lines);
      expect(told).to.have.lengthOf(notices.length);
      for (const [at, notice] of notices.entries()) expect(told[at]).to.contain(notice);
    });
  }
});
