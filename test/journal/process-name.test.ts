import { expect } from 'chai';
import { findProcess, nameThisProcess, readName, describeProcess, writeName } from '../../src/journal/process-name.ts';

describe('the name of a process', () => {
  it('is read as it was written; of an older one, what is not said is as here', async () => {
    const here = await nameThisProcess();
    expect(readName(writeName(here), here)).to.deep.equal(here);
    expect(readName('4711 99', here)).to.deep.equal({ ...here, pid: '4711', began: '99' });
    expect([describeProcess(here, here), describeProcess({ ...here, host: 'build-7' }, here)]).to.deep.equal([
      `${process.pid}`,
      `${process.pid} on build-7`,
    ]);
  });

  it('knows whether the process is running', async () => {
    const me = await nameThisProcess();
    const here = { ...me, host: 'desk', boot: 'b1', space: 'pid:[1]' };
    for (const [name, is] of [
      [here, 'alive'],
      [{ ...here, host: 'desk.renamed' }, 'alive'],
      [{ ...here, began: '1' }, me.began === '-' ? 'alive' : 'gone'],
      [{ ...here, pid: '999999999' }, 'gone'],
      [{ ...here, pid: '0' }, 'gone'],
      [{ ...here, boot: 'b0' }, 'gone'],
      [{ ...here, space: 'pid:[2]' }, 'elsewhere'],
      [{ ...here, host: 'build-7', boot: 'b2' }, 'elsewhere'],
    ] as const)
      expect(await findProcess(name, here), writeName(name)).to.equal(is);
    const plain = { ...here, boot: '-', space: '-' };
    expect(await findProcess({ ...plain, host: 'build-7' }, plain)).to.equal('elsewhere');
    expect(await findProcess(plain, plain)).to.equal('alive');
  });
});
