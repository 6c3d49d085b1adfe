import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { Rig } from '../rig/rig.ts';

const TWITTER = { twitter: 'Tweets__c' };

describe('the digest of a plan', () => {
  it('is shown when the plan is saved; only the plan with the given digest is applied', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 5);
    const preview = ['--config-file', 'byline.json', '--dry-run', '--json'];
    const unsaved = await rig.run('byline sync', ...preview);
    expect(unsaved.json().result.files).to.include({ plan: null, planDigest: null });
    const saved = await rig.run('byline sync', ...preview, '--save-plan', 'plan.jsonl', '--report', 'plan.md');
    const digest = `sha256:${createHash('sha256')
      .update(await readFile(join(rig.home, 'plan.jsonl')))
      .digest('hex')}`;
    expect(saved.json().result.files).to.include({ plan: 'plan.jsonl', planDigest: digest });
    expect((await rig.files()).get('plan.md')).to.include(digest);

    const apply = ['--plan', 'plan.jsonl', '--json', '--plan-digest'];
    const runs = await rig.runIds();
    rig.org.log.clear();
    for (const malformed of ['abc', digest.slice('sha256:'.length), digest.slice(0, -1), `${digest}0`, '']) {
      const refused = await rig.run('byline sync', ...apply, malformed);
      expect(refused.code, malformed).to.equal(2);
      expect(refused.json()).to.include({ name: 'PlanDigestMalformedError', exitCode: 2 });
      expect(refused.json().message).to.equal(`Invalid value for --plan-digest: "${malformed}".`);
      expect(refused.json().actions.join()).to.include('sha256: and 64 hexadecimal digits');
    }
    expect(rig.org.log.count(), 'the org was not asked').to.equal(0);
    const alone = await rig.run('byline sync', '--config-file', 'byline.json', '--plan-digest', digest);
    expect(alone.code, 'a digest without a plan').to.equal(2);

    const other = await rig.run('byline sync', ...apply, `sha256:${'0'.repeat(64)}`);
    expect(other.code).to.equal(1);
    expect(other.json()).to.include({ name: 'PlanOfOtherDigestError' });
    expect(other.json().message)
      .to.include(digest)
      .and.to.match(/Nothing was written\.$/);
    expect(await rig.runIds(), 'no run was begun').to.deep.equal(runs);
    expect(rig.org.jobs()).to.deep.equal([]);

    const applied = await rig.run('byline sync', ...apply, digest.toUpperCase().replace('SHA', 'sha'));
    expect(applied.code, applied.stderr).to.equal(0);
    expect(applied.json().result.files.planDigest).to.equal(digest);
    expect(wrongRecords(rig, TWITTER)).to.deep.equal([]);
  });
});
