import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { SpooledBody, SpoolError } from '../../src/http/spooled-body.ts';

const TEXT = 'Ein Satz mit Umlauten: äöü 😀.\n'.repeat(20_000);

async function textOf(body: SpooledBody, encoding: string | undefined): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of body.chunks(encoding)) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('KeptBody', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'byline-kept-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('gives what it took in, decompressed, as often as it is asked, and leaves no file', async () => {
    await using body = await SpooledBody.open(folder);
    const bytes = gzipSync(TEXT);
    const take = body.begin();
    for (let at = 0; at < bytes.length; at += 777) take(bytes.subarray(at, at + 777));
    for (let times = 0; times < 2; times += 1) expect((await textOf(body, 'gzip')) === TEXT).to.equal(true);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('gives what is not compressed as it is', async () => {
    await using body = await SpooledBody.open(folder);
    body.begin()(Buffer.from(TEXT));
    expect((await textOf(body, undefined)) === TEXT).to.equal(true);
  });

  it('starts over: of what came before nothing is left', async () => {
    await using body = await SpooledBody.open(folder);
    body.begin()(Buffer.from(TEXT));
    body.begin()(Buffer.from('short'));
    expect(await textOf(body, undefined)).to.equal('short');
  });

  it('a body that was cut off or damaged is an error of zlib', async () => {
    const bytes = gzipSync(TEXT);
    for (const bad of [bytes.subarray(0, -9), Buffer.from('no gzip at all')]) {
      await using body = await SpooledBody.open(folder);
      body.begin()(bad);
      const error = await textOf(body, 'gzip').catch((cause: unknown) => cause as NodeJS.ErrnoException);
      expect((error as NodeJS.ErrnoException).code).to.match(/^Z_/);
    }
  });

  it('may be left in the middle', async () => {
    await using body = await SpooledBody.open(folder);
    body.begin()(gzipSync(TEXT));
    for await (const part of body.chunks('gzip')) {
      expect(part.length).to.be.greaterThan(0);
      break;
    }
  });

  it('a folder that is not there is no room', async () => {
    const error = await SpooledBody.open(join(folder, 'nowhere')).catch((cause: unknown) => cause);
    expect(error)
      .to.be.instanceOf(SpoolError)
      .and.to.include({ message: 'ENOENT', folder: join(folder, 'nowhere') });
  });
});
