import { expect } from 'chai';
import { problems } from '../faults/check-end.ts';
import { TWITTER } from '../faults/in-process-run.ts';
import { insertArticles } from '../rig/articles.ts';
import { Rig } from '../rig/rig.ts';
import { hasTerminal, Terminal } from '../rig/terminal.ts';

const NEWEST = ['--use-most-recent', '--json'] as const;

/** Ten articles that were synced, whose records nobody has written since. */
async function startSynced(): Promise<Rig> {
  const rig = await Rig.start();
  await rig.settings(TWITTER);
  insertArticles(rig, 10);
  await rig.run('byline sync', '--config-file', 'byline.json');
  rig.org.table('Byline__c').forgetWrites();
  return rig;
}

describe('undo in a terminal', () => {
  it('asks, and undoes only if confirmed', async function () {
    if (!hasTerminal()) this.skip();
    await using rig = await startSynced();
    const undo = ['byline', 'undo', '--use-most-recent'];
    await using shared = Terminal.open(rig);
    for (const [answer, code, state] of [
      ['n\n', 0, 'Planned'],
      ['\n', 0, 'Planned'],
      ['\u0003', 130, 'Planned'],
      ['y\n', 0, 'Completed'],
    ] as const) {
      const where = JSON.stringify(answer);
      // A process of its own shows that it ends after a prompt.
      const terminal = answer === 'n\n' ? Terminal.openAlone(rig, undo) : shared;
      if (terminal === shared) await shared.run(...undo);
      await terminal.answer('(y/N)', answer);
      const ended = await terminal.end();
      expect(ended.code, `${where}: ${ended.stdout}`).to.equal(code);
      expect(problems(rig, state === 'Completed' ? { undone: true } : { untouched: idsOf(rig) })).to.deep.equal([]);
      const report = await rig.runAlone('byline report', NEWEST);
      expect(report.json().result, where).to.deep.include({ command: 'undo', state });
      if (answer !== 'n\n') continue;
      // Its plan, and no stage of what it would have done.
      expect(ended.stdout).to.contain('Read and compare').and.to.contain('Nothing was written to the org.');
      expect(ended.stdout).not.to.contain('Send batches');
      const resume = await rig.runAlone('byline resume', NEWEST);
      expect(resume.json().name).to.equal('NothingToResumeError');
    }
  });
});

describe('undo without a terminal', () => {
  it('refuses, names --no-prompt and writes nothing', async () => {
    await using rig = await startSynced();
    const undone = await rig.runAlone('byline undo', ['--use-most-recent']);
    const asJson = await rig.runAlone('byline undo', NEWEST);
    expect(undone.code, undone.stdout).to.equal(2);
    expect(undone.stderr).to.match(/this isn't a terminal[^]*"--no-prompt"/);
    expect(asJson.code).to.equal(2);
    expect(asJson.json()).to.deep.include({
      name: 'UndoUnaskedError',
      actions: ['To undo without confirmation, repeat the command with "--no-prompt".'],
    });
    expect(problems(rig, { untouched: idsOf(rig) })).to.deep.equal([]);
  });
});

const idsOf = ({ org }: Rig): string[] =>
  org
    .table('Byline__c')
    .all()
    .map((row) => String(row['Id']));
