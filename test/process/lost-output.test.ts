import { Writable } from 'node:stream';
import { expect } from 'chai';
import { ignoreLostOutput } from '../../src/process/lost-output.ts';

/** A device that takes so many writes. */
function device(room: number, code: string): Writable {
  return new Writable({
    autoDestroy: false,
    write: (_chunk, _encoding, done) => done(room-- > 0 ? null : Object.assign(new Error(code), { code })),
  });
}

describe('output that nobody reads', () => {
  for (const code of ['EPIPE', 'ENOSPC', 'EIO']) {
    it(`${code}: is not an error, and is not waited for`, async () => {
      const stream = device(1, code);
      stream.on('error', (error) => {
        throw error;
      });
      ignoreLostOutput([stream]);
      for (let line = 0; line < 3; line += 1) {
        stream.write('a line\n');
        await new Promise(setImmediate);
      }
      expect(stream.write('')).to.equal(true);
      await new Promise<void>((resolve) => stream.write('', () => resolve()));
    });
  }
});
