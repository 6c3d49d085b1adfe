import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import { renderHtml } from '../../src/report/html.ts';
import type { RunFile } from '../../src/report/run-file.ts';
import { Browser, findBrowser } from './browser.ts';
import { changeOf, fileOf, NASTY, refusedOf } from './fixtures.ts';

const RECORDS = 50_000;
const program = findBrowser();
const rowsOf = (id: string): string =>
  `[...document.querySelectorAll('#${id} tbody tr')].map((row) => row.cells[0].textContent)`;
const statusOf = (id: string): string => `document.querySelector('#${id} [role=status]').textContent`;
/** Done when the status has another text. */
const newStatusOf = (id: string): string =>
  `new Promise((resolve) => new MutationObserver(() => resolve()).observe(document.querySelector('#${id} [role=status]'), { childList: true, characterData: true, subtree: true }))`;

describe('report: HTML in a browser', function () {
  let browser: Browser;
  let folder: string;
  let path: string;
  let shortPath: string;
  let failuresPath: string;

  before(async function () {
    // Set CHROME_PATH, or install Chromium, to have these run.
    if (program === undefined) return this.skip();
    browser = await Browser.start(program);
    folder = await mkdtemp(join(tmpdir(), 'byline-page-'));
    [path, shortPath] = [await writePage('page.html', RECORDS), await writePage('short.html', 20)];
    const refused = {
      ...refusedOf('a01000000000009AAA', 'https://x', 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Counts are frozen.'),
      label: 'A tale of two batches',
    };
    failuresPath = await write('failures.html', fileOf([], [refused]));
  });

  async function writePage(name: string, records: number): Promise<string> {
    const file = fileOf(
      Array.from({ length: records }, (_, at) =>
        changeOf(`a01${at}`, `https://news.example.com/${at}/${NASTY[at] ?? ''}`, {
          Tweets__c: [at, at * 2 + 1],
          Likes__c: [null, 7],
        }),
      ),
      NASTY.map((text, at) =>
        refusedOf(`a01${at}`, `https://news.example.com/${at}/${text}`, 'UNABLE_TO_LOCK_ROW', text),
      ),
    );
    return write(name, file);
  }

  async function write(name: string, file: RunFile): Promise<string> {
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
    const page = join(folder, name);
    await pipeline(Readable.from(renderHtml(file, sha256)), createWriteStream(page));
    return page;
  }

  after(async () => {
    if (program === undefined) return;
    await browser[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it('shows 50,000 records a page at a time, finds and sorts among all, and asks nothing of anybody', async () => {
    await using page = await browser.open(path);
    expect(await page.read(statusOf('changes'))).to.equal('Rows 1 to 100 of 50,000');
    expect(await page.read<string[]>(rowsOf('changes'))).to.have.length(100);

    const change = `document.querySelectorAll('#changes thead button')[2]`;
    const sorted = `(${change}.click(), [${change}.closest('th').getAttribute('aria-sort'), ${rowsOf('changes')}[0]])`;
    expect(await page.read(sorted)).to.deep.equal(['descending', 'https://news.example.com/49999/']);
    expect(await page.read(sorted)).to.deep.equal([
      'ascending',
      'https://news.example.com/0/<script>alert(1)</script>',
    ]);

    const search = `document.querySelector('#changes input')`;
    await page.read(
      `(${search}.value = 'news.example.com /49990/', ${search}.dispatchEvent(new Event('input')), ${newStatusOf('changes')})`,
    );
    expect(await page.read(statusOf('changes'))).to.equal('Rows 1 to 1 of 1 found, of 50,000');
    expect(await page.read<string[]>(rowsOf('changes'))).to.deep.equal(['https://news.example.com/49990/']);

    expect(page.requests.filter((url) => url !== `file://${path}`)).to.deep.equal([]);
    expect(page.complaints).to.deep.equal([]);
  });

  it('has no violation that axe-core finds, on a screen in the light and on a phone in the dark', async () => {
    await using page = await browser.open(shortPath);
    await page.run(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const violations = `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))`;
    for (const [width, scheme] of [
      [1100, 'light'],
      [390, 'dark'],
    ] as const) {
      await page.resize(width);
      await page.look(scheme);
      expect(await page.read(violations), `${scheme}, ${width} pixels wide`).to.deep.equal([]);
    }
  });

  it('is no wider than a phone: a table that is wider scrolls, and no id is broken over lines', async () => {
    await using page = await browser.open(shortPath);
    await page.resize(390);
    const isWider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
    expect(await page.read(isWider)).to.equal(false);
    const wider = `[...document.querySelectorAll('.scroll')].some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)`;
    expect(await page.read(wider)).to.equal(true);
    const heights = `[...document.querySelectorAll('td.id, th.id')].map((cell) => cell.querySelector('a').getClientRects().length)`;
    expect(new Set(await page.read<number[]>(heights))).to.deep.equal(new Set([1]));
  });

  for (const width of [1000, 390]) {
    it(`has no row that is mostly blank, ${width} pixels wide`, async () => {
      await using page = await browser.open(failuresPath);
      await page.resize(width);
      const heights = `[...document.querySelectorAll('#failures tbody tr')].map((row) => row.getBoundingClientRect().height)`;
      expect(Math.max(...(await page.read<number[]>(heights)))).to.be.lessThan(200);
    });
  }

  it('shows what is nasty by the letter, in light and in dark', async () => {
    await using page = await browser.open(shortPath);
    const shown = await page.read<string[]>(
      `[...document.querySelectorAll('#refused tbody tr')].map((row) => row.cells[3].textContent)`,
    );
    expect(shown).to.deep.equal(NASTY.map((text) => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')));
    const color = 'getComputedStyle(document.body).backgroundColor';
    const pictures = [
      await page.look('light'),
      await page.read<string>(color),
      await page.look('dark'),
      await page.read<string>(color),
    ];
    expect(pictures[1]).not.to.equal(pictures[3]);
    // Whoever wants to look at them names a folder.
    const { LOOK_DIR } = process.env;
    if (LOOK_DIR !== undefined) {
      await writeFile(join(LOOK_DIR, 'light.png'), pictures[0]!);
      await writeFile(join(LOOK_DIR, 'dark.png'), pictures[2]!);
    }
  });
});
