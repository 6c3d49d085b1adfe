import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { readUrls } from '../../src/wiring/counts.ts';

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
});
