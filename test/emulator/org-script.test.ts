import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const SCRIPT = fileURLToPath(new URL('../../scripts/emulator.ts', import.meta.url));

describe('npm run emulator', () => {
  it('says where it is in one line of JSON, is told faults over HTTP, and ends when told', async () => {
    const child = spawn(process.execPath, [SCRIPT, '--port', '0', '--json', '--records', '3', '--batch-ms', '0']);
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const { url, token, settings } = JSON.parse(line) as { url: string; token: string; settings: object };
      expect(settings).to.include.keys('twitter', 'facebook', 'linkedin');
      const ask = async (path: string, body?: object): Promise<string> => {
        const options = body ? { method: 'POST', body: JSON.stringify(body) } : {};
        const reply = await fetch(url + path, { ...options, headers: { authorization: `Bearer ${token}` } });
        return `${reply.status} ${await reply.text()}`;
      };
      const count = '/services/data/v64.0/query?q=SELECT+COUNT()+FROM+Byline__c';
      expect(await ask(count)).to.equal('200 {"totalSize":3,"done":true,"records":[]}');
      expect(await ask('/emulator/fault', { kind: 'query', fault: 'status', status: 503, body: 'busy' })).to.equal(
        '200 {"told":"fault"}',
      );
      expect(await ask(count)).to.equal('503 busy');
      await ask('/emulator/fault', { kind: 'query', fault: 'concurrent-requests' });
      expect(await ask(count)).to.match(/^403 .*ConcurrentRequests/);
      expect(await ask('/emulator/expire-session', {})).to.equal('200 {"told":"expire-session"}');
      expect(await ask(count)).to.match(/^401 /);
      expect(await ask('/emulator')).to.match(/^200 .*"apiRequests":4,.*"query":4/);
      expect(await ask('/emulator/fault', { kind: 'query', fault: 'flood' })).to.match(
        /^400 .*must be one of status, cut-before/,
      );
      expect(await ask('/emulator/nothing', {})).to.match(/^404 .*"known":\["fault"/);
      child.kill('SIGINT');
      expect((await once(child, 'exit'))[0]).to.equal(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
