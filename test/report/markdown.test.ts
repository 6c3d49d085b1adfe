import { expect } from 'chai';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { inlineCode, link } from '../../src/report/markdown-text.ts';
import { changeOf, fileOf, NASTY, refusedOf } from './fixtures.ts';

describe('report: Markdown', () => {
  for (const text of NASTY) {
    it(`shows ${JSON.stringify(text)} by the letter, and keeps the table whole`, async () => {
      const changes = [
        changeOf('a01', `https://news.example.com/?q=${text}`, { Tweets__c: [1, 5] }),
        changeOf('a02', text, { Tweets__c: [1, 4] }),
      ];
      const shown = await renderMarkdown(fileOf(changes, [refusedOf('a01', text, 'SOME_CODE', text)]));
      for (const [columns, rows] of tablesIn(shown)) {
        expect(rows.filter((row) => cellsOf(row).length !== columns)).to.deep.equal([]);
      }
      expect(withoutCode(shown)).not.to.match(
        /<(?!details>|summary>|\/details>|\/summary>)|@maintainers|\]\(javascript/,
      );
      expect(shown).not.to.match(/[^\P{Cc}\n]|\p{Cf}/u);
    });
  }

  it('has at most 65,000 characters, however much there is to tell', async () => {
    const long = 'x'.repeat(5000);
    const changes = Array.from({ length: 50 }, (_, at) =>
      changeOf(`${at}`, `https://a/${at}/${long}`, { Tweets__c: [0, at] }),
    );
    const refused = changes.map(({ id, url }, at) => refusedOf(id, url, `CODE_${at}_${long}`, long));
    const shown = await renderMarkdown(fileOf(changes, refused));
    expect(shown.length).to.be.at.most(65_000);
    expect(shown).to.include('Byline sync of').and.to.include('#### Refused rows');
    for (const [columns, rows] of tablesIn(shown)) {
      expect(rows.filter((row) => cellsOf(row).length !== columns)).to.deep.equal([]);
    }
  });

  it('says what was done, what it took, and of which run', async () => {
    const changes = [changeOf('a01', 'https://a/1', { Tweets__c: [1000, 900], Likes__c: [null, 7] })];
    const shown = await renderMarkdown(fileOf(changes, [], { dryRun: true, state: 'Planned' }));
    expect(shown).to.include('a preview\\, nothing was written');
    expect(shown).to.include('| API requests | 12 | 14,000 | 15,000 |');
    expect(shown).to.include('| Article | `Tweets__c` | `Likes__c` |');
    expect(shown).to.include('| [a\\/1](<https://a/1>) | 1,000 → 900 (-100) | – → 7 (new) |');
    expect(shown).to.include('started Nov 23\\, 2026\\, 08\\:30 GMT\\+1\\, took 3 min 5 s');
    expect(shown).to.include('| `facebook` | `Likes__c` | 1 | 3 | 1,486 | 4 | **stopped** | `it kept failing` |');
    expect(shown).to.include('Run `20261123T073015Z-4f2a1c`').and.not.to.include('/secret/home');
  });

  it('links only to addresses of the web', () => {
    expect(link('x', 'https://a/<b> |`', 9)).to.equal('[x](<https://a/%3Cb%3E%20%7C%60>)');
    expect(link('x', 'javascript:alert(1)', 9)).to.equal('`x`');
    expect(inlineCode('', 9)).to.equal('` `');
  });
});

/** The tables of a text: how many columns each has, and its rows. */
function tablesIn(text: string): [number, string[]][] {
  return text
    .split('\n\n')
    .map((part) => part.split('\n').filter((line) => line.startsWith('|')))
    .filter((rows) => rows.length > 0)
    .map((rows) => [cellsOf(rows[0]!).length, rows]);
}

/** The cells of a row as GitHub cuts them: at pipes no backslash escapes. */
const cellsOf = (row: string): string[] => row.split(/(?<!\\)(?:\\\\)*\|/).slice(1, -1);

const withoutCode = (text: string): string =>
  text
    .replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
    .replace(/\]\(<[^>]*>\)/g, '')
    .replace(/\\[!-/:-@[-`{-~]/g, '')
    .replace(/\\./g, '');
