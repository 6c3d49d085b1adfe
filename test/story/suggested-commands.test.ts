import { expect } from 'chai';
import { commandsOf } from '../repo/shell.ts';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { type Ended, Rig } from '../rig/rig.ts';

const TWITTER = { twitter: 'Tweets__c' };
const ORG = ['-o', 'my-org'];

/** A rig whose org the user calls my-org. */
async function start(): Promise<Rig> {
  const rig = await Rig.start({ login: 'access' });
  await rig.write('.sfdx/alias.json', { orgs: { 'my-org': rig.org.username } });
  await rig.settings(TWITTER);
  return rig;
}

/** The commands a text offers, in their order. */
function offered({ stdout, stderr }: Ended): string[] {
  return [...`${stdout}\n${stderr}`.matchAll(/"(sf [^"]+)"/g)].map(([, command]) => command!);
}

/** Types a command of ours as it stands. */
function type(rig: Rig, command: string | undefined): Promise<Ended> {
  const [words] = commandsOf(command ?? '');
  expect(words?.slice(0, 2), command).to.deep.equal(['sf', 'byline']);
  return rig.runAlone(words!.slice(1, 3).join(' '), words!.slice(3));
}

describe('the commands a run suggests, run unchanged', () => {
  it('after a preview, a wait, an undo that is too early, and at the end', async () => {
    await using rig = await start();
    insertArticles(rig, 30);
    const preview = await rig.runAlone('byline sync', [...ORG, '--dry-run', '--save-plan', "the plan's.jsonl"]);
    expect(offered(preview)).to.deep.equal([`sf byline sync --target-org my-org --plan 'the plan'\\''s.jsonl'`]);

    rig.org.holdBatches();
    const waiting = await type(rig, `${offered(preview)[0]} --wait 0`);
    expect(waiting.code).to.equal(69);
    const tooEarly = await rig.runAlone('byline undo', ['--use-most-recent', '--no-prompt']);
    expect(tooEarly.stderr).to.contain('Error (UndoUnfinishedError)');
    rig.org.releaseBatches();
    expect(offered(tooEarly)).to.have.length(1);
    const resumed = await type(rig, offered(tooEarly)[0]);
    expect(resumed.code, resumed.stderr).to.equal(0);
    expect(wrongRecords(rig, TWITTER)).to.deep.equal([]);

    // The one that waited offered the same, and now says what it can show instead.
    const nothingLeft = await type(rig, offered(waiting).at(-1));
    expect(nothingLeft.stderr).to.contain('Error (NothingToResumeError)');
    expect((await type(rig, offered(nothingLeft)[0])).code).to.equal(0);

    const undone = await type(rig, `${offered(resumed).at(-1)} --no-prompt`);
    expect(undone.code, undone.stderr).to.equal(0);
    expect(
      rig.org
        .table('Byline__c')
        .all()
        .filter(({ Tweets__c: count }) => count !== null),
    ).to.deep.equal([]);
  });

  it('with --max-api-requests as high as the error says, and no lower', async () => {
    await using rig = await start();
    insertArticles(rig, 60);
    const sync = (limit: string): Promise<Ended> =>
      rig.runAlone('byline sync', [...ORG, '--batch-size', '5', '--max-api-requests', limit]);
    const refused = await sync('6');
    expect(refused.stderr).to.contain('Error (ApiRequestsNotAllowedError)');
    const [, enough = ''] = /Raise --max-api-requests to (\d+) or more/.exec(refused.stderr) ?? [];
    expect((await sync(String(Number(enough) - 1))).stderr).to.contain('Error (ApiRequestsNotAllowedError)');
    const done = await sync(enough);
    expect(done.code, done.stderr).to.equal(0);
    expect(wrongRecords(rig, TWITTER)).to.deep.equal([]);
  });

  it('to finish a run that was refused for its API requests', async () => {
    await using rig = await start();
    insertArticles(rig, 60);
    const refused = await rig.runAlone('byline sync', [...ORG, '--batch-size', '5', '--max-api-requests', '6']);
    const done = await type(rig, offered(refused).at(-1));
    expect(done.code, done.stderr).to.equal(0);
    expect(wrongRecords(rig, TWITTER)).to.deep.equal([]);
  });

  it('about an unknown field and a session that has ended', async () => {
    await using rig = await start();
    const unknown = await rig.runAlone('byline sync', [...ORG, '--field', 'twitter=Tweet__c']);
    expect(unknown.stderr).to.contain('Error (UnknownFieldError)');
    const [describe = ''] = offered(unknown);
    expect(describe).to.equal('sf sobject describe --sobject Byline__c --target-org my-org');
    const fields = await rig.sf(...describe.split(' ').slice(1));
    expect(fields.code, fields.stderr).to.equal(0);
    expect(fields.stdout).to.contain('"Tweets__c"');

    rig.org.expireSession();
    const ended = await rig.runAlone('byline sync', ORG);
    expect(ended.stderr).to.contain('Error (SessionExpiredError)');
    expect(offered(ended)).to.deep.equal([`sf org login web --instance-url ${rig.org.url}`]);
  });
});
