import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { secrets } from '../../src/model/redactor.ts';
import { resultRow } from '../../src/report/result-rows.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { showRun } from '../../src/report/run-text.ts';
import { terminalLine } from '../../src/report/terminal-text.ts';
import { CapturedOutput, changeOf, fileOf, NASTY, refusedOf, resultOf, textOf } from './fixtures.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

/** A run of which everything that others say is `text`: label, author, URL, message, org, service and note. */
function runSaying(text: string): ReturnType<typeof fileOf> {
  const org = { ...resultOf().org, username: text };
  const service = { field: 'Tweets__c', requests: 1, ok: 1, failed: 0, skipped: 0, state: 'degraded', reason: text };
  const file = fileOf(
    [
      changeOf('a01', `https://a.example/${text}`, { Tweets__c: [1, 5] }, { label: text, author: text }),
      changeOf('a02', text, { Tweets__c: [1, 4] }),
    ],
    [{ ...refusedOf('a03', text, text, text), label: text }],
    { org, services: { [text]: service } as never, files: { ...resultOf().files, plan: text, planDigest: text } },
  );
  return { ...file, view: { ...file.view, notes: [text], next: [text] } };
}

const views: Readonly<Record<string, (text: string) => Promise<string>>> = {
  terminal: async (text) => {
    const output = new CapturedOutput();
    showRun(runSaying(text).view, output, { columns: 120 });
    // As BylineCommand writes lines and cells.
    return output.lines.map(terminalLine).join('\n');
  },
  HTML: async (text) =>
    (await textOf(renderHtml(runSaying(text), sha256))).replace(/<(script|style)>[\s\S]*?<\/\1>/g, ''),
  Markdown: (text) => renderMarkdown(runSaying(text)),
};

describe('report: hostile text', () => {
  for (const [view, render] of Object.entries(views)) {
    it(`steers neither a terminal nor a log, in ${view}`, async () => {
      for (const text of NASTY) {
        const shown = await render(text);
        expect(shown, text).not.to.match(/[^\P{Cc}\n]|\p{Cf}|\p{Zl}|\p{Zp}/u);
        expect(shown, text).not.to.match(/^\s*::/m);
      }
    });
  }

  it('is kept as it is in a result file, less the secrets in it', () => {
    secrets.remember('zq9-hostile-secret-0815');
    const message = 'a\n::add-mask::x \u202e zq9-hostile-secret-0815';
    const change = changeOf('a01', message, { F__c: [1, 2] }, { label: message, author: message });
    const kept = 'a\n::add-mask::x \u202e ***';
    const columns = { names: ['label', 'author'], fields: ['F__c'] } as const;
    expect(resultRow(change, columns, { statusCode: 'X', message })).to.deep.equal([
      ...['a01', kept, kept, kept, '1', '2', 'X', kept],
    ]);
  });
});
