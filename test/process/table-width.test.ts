import { access, chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { Rig } from '../rig/rig.ts';

const LONG = `ftp://files.example.com/${'a'.repeat(200)}`;

describe('a table where there is no terminal', () => {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  it('asks no program for the size of one', async () => {
    await using rig = await Rig.start({ login: 'none' });
    const asked = join(rig.home, 'asked');
    const tput = await rig.write('bin/tput', `#!/bin/sh\necho >> '${asked}'\necho 40\n`);
    await chmod(tput, 0o755);
    rig.env = { ...rig.env, PATH: `${dirname(tput)}:${rig.env['PATH']}` };
    const { stdout } = await rig.runAlone('byline counts', [LONG]);
    expect(stdout).to.match(/^│ ftp:.*│ +skipped │$/m);
    expect(
      await access(asked).then(
        () => 'asked',
        () => 'not asked',
      ),
    ).to.equal('not asked');
  });

  it('keeps to a width that is asked for', async () => {
    await using rig = await Rig.start({ login: 'none' });
    rig.env = { ...rig.env, OCLIF_TABLE_COLUMN_OVERRIDE: '60' };
    const { stdout } = await rig.runAlone('byline counts', [LONG]);
    const widths = stdout
      .split('\n')
      .filter((line) => /^[┌│]/.test(line))
      .map((line) => line.length);
    expect(Math.max(...widths)).to.equal(60);
  });
});
