import { expect } from 'chai';
import { ignoresHangUp } from '../../src/process/hang-up.ts';

const status = (ignored: string) => () => `Name:\tbash\nSigBlk:\t0000000000000000\nSigIgn:\t${ignored}\nSigCgt:\t00\n`;
const none = (): string => {
  throw new Error('ENOENT');
};

describe('the end of the terminal', () => {
  it('is ignored after nohup, and if the parent ignores it', () => {
    expect(ignoresHangUp({ _: '/usr/bin/nohup' }, none)).to.equal(true);
    expect(ignoresHangUp({}, status('0000000000001001'))).to.equal(true);
  });

  it('is heeded otherwise', () => {
    expect(ignoresHangUp({ _: '/usr/bin/sf' }, status('0000000000001000'))).to.equal(false);
    expect(ignoresHangUp({}, none), 'a system without /proc').to.equal(false);
    expect(ignoresHangUp({}, () => '')).to.equal(false);
  });
});
