import { expect } from 'chai';
import { adviceOn } from '../../src/report/advice.ts';
import { groupFailures } from '../../src/report/failure-groups.ts';
import type { RunView } from '../../src/report/run-view.ts';
import { stateInWords } from '../../src/report/run-file.ts';
import { showOutcome, showPreview, showRun } from '../../src/report/run-text.ts';
import { shortened, withoutScheme } from '../../src/report/text.ts';
import { changeOf, fileOf, CapturedOutput, NASTY, refusedOf, resultOf } from './fixtures.ts';

const shown = (view: RunView, columns?: number): string => {
  const output = new CapturedOutput();
  showRun(view, output, { columns });
  return output.text;
};

describe('report: a run on the screen', () => {
  it('shows the largest changes first, with signs and grouped digits, and counts the rest', () => {
    const changes = Array.from({ length: 1200 }, (_, at) =>
      changeOf(`${at}`, `https://a/${at}`, { Tweets__c: [2000, 2000 + (at % 2 ? at : -at)] }),
    );
    const text = shown(fileOf(changes).view);
    expect(text).to.match(
      /^What changed: the 10 largest of 1,199\nArticle \| Tweets__c\na\/1199 \| 3,199 \(\+1,199\)\na\/1198 \| 802 \(-1,198\)\n/,
    );
    expect(text).to.include('1,189 more articles change by as much or less.');
  });

  it('shortens a URL in the middle, and a title at its end', () => {
    const changes = ['https://a.example/', 'https://b.example/'].map((url, at) =>
      changeOf(
        `${at}`,
        url + 'x'.repeat(100),
        { Tweets__c: [1, 2] },
        at === 0 ? {} : { label: 'Why rows '.repeat(20) },
      ),
    );
    const [, , url, title] = shown(fileOf(changes).view).split('\n');
    expect(url).to.match(/^a\.example\/x+…x+ \| 2 \(\+1\)$/);
    expect(title).to.match(/^(Why rows )+[^…]*… \| 2 \(\+1\)$/);
  });

  it('asks in the conditional, and after that does not show the changes again', () => {
    const { view } = fileOf([changeOf('a', 'https://a/1', { Tweets__c: [1, 2] })], [], { state: 'Planned' });
    const [asked, answered] = [new CapturedOutput(), new CapturedOutput()];
    showPreview(view, asked);
    showOutcome(view, answered);
    expect(asked.text)
      .to.include('What would change\nArticle | Tweets__c\na/1 | 2 (+1)')
      .and.to.include('1 record would be restored;');
    expect(answered.text).not.to.include('a/1');
    expect(answered.text).to.include('Nothing was written to the org.');
  });

  it('calls a run that waits for somebody to resume it not finished', () => {
    const { result } = fileOf([], [], { state: 'InProgress' }).view;
    expect(stateInWords(result)).to.equal('not finished');
  });

  it('groups all failures, with an example and what to do', () => {
    const counts = new Map([
      ['A_RARE_CODE', 1],
      ['UNABLE_TO_LOCK_ROW', 12_345],
    ]);
    const groups = groupFailures(counts, [
      refusedOf('a01', '', 'UNABLE_TO_LOCK_ROW', `unable to obtain\n${NASTY[11]}`),
    ]);
    const text = shown({ ...fileOf([]).view, groups });
    expect(text).to.include('UNABLE_TO_LOCK_ROW | 12,345 | a01\nA_RARE_CODE | 1 | –');
    const named = groups.map((group) => ({
      ...group,
      example: group.example && { ...group.example, label: 'A title' },
    }));
    expect(shown({ ...fileOf([]).view, groups: named })).to.include(
      'Status code | Rows | Example | Article\nUNABLE_TO_LOCK_ROW | 12,345 | a01 | A title\nA_RARE_CODE | 1 | – | –',
    );
    expect(text).to.include(`  What to do: ${adviceOn('UNABLE_TO_LOCK_ROW').slice(0, 20)}`);
    expect(text).to.include(adviceOn('A_RARE_CODE').slice(0, 20));
    expect(text).not.to.match(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(Math.max(...text.split('\n').map((line) => line.length))).to.be.at.most(140);
  });

  it('sets what a preview takes against what is left, and says in words where that is too little', () => {
    const limits = {
      apiRequests: { max: 15_000, remaining: 3 },
      batches: { max: 15_000, remaining: 15_000 },
      storage: { max: 5, remaining: 4 },
    };
    const view = { ...fileOf([]).view, result: resultOf({ dryRun: true, state: 'Planned' }), limits, batches: 7 };
    const text = shown(view);
    expect(text).to.include('API requests | 12: not enough left | 3 | 15,000\nBatches | 7 | 15,000 | 15,000');
    expect(shown({ ...view, limits: null })).to.include('The whole run would take 12 API requests and 7 batches.');
  });

  it('shortens URLs in the middle', () => {
    expect(shortened('news.example.com/2026/a-long-story.html', 20)).to.equal('news.examp…tory.html');
    expect([withoutScheme('https://a/b'), withoutScheme('http://a/b')]).to.deep.equal(['a/b', 'http://a/b']);
  });

  it('shows the rows of a history and the storage they use, then their outcomes', () => {
    const limits = {
      ...{ apiRequests: { max: 15_000, remaining: 3 }, batches: { max: 15_000, remaining: 15_000 } },
      storage: { max: 1024, remaining: 900 },
    };
    const history = { rows: 12_000, created: 0, updated: 0, failed: 0 };
    const planned = resultOf({ dryRun: true, state: 'Planned', history });
    const view = {
      ...fileOf([]).view,
      result: planned,
      limits,
      history: { created: 10_240, conflicts: 0, groups: [] },
    };
    expect(shown(view, 120)).to.include(
      'History: 12,000 rows, 10,240 of them new: 20 MB of data storage; 900 of 1,024 MB are left.',
    );
    const groups = groupFailures(new Map([['REQUIRED_FIELD_MISSING', 3]]), []);
    const result = resultOf({ history: { rows: 12_000, created: 11_000, updated: 997, failed: 3 } });
    const text = shown({ ...view, result, history: { created: 0, conflicts: 2, groups } }, 120);
    expect(text).to.include('History: 12,000 rows, 11,000 created, 997 updated, 3 failed.');
    expect(text).to.include('History rows skipped because they changed since: 2.');
    expect(text).to.include('History rows refused with REQUIRED_FIELD_MISSING: 3. What to do:');
    const named = groups.map((group) => ({ ...group, example: { id: 'k', url: '', label: 'A title', message: 'no' } }));
    expect(shown({ ...view, result, history: { created: 0, conflicts: 0, groups: named } }, 120)).to.include(
      'REQUIRED_FIELD_MISSING: 3. The org says of "A title": no What to do:',
    );
  });
});
