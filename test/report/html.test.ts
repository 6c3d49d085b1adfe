import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { renderHtml } from '../../src/report/html.ts';
import { changeOf, fileOf, NASTY, refusedOf, textOf } from './fixtures.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
const nasty = fileOf(
  NASTY.map((text, at) => changeOf(`a0${at}`, `https://a/${text}`, { Tweets__c: [at, 100], Likes__c: [50, at] })),
  NASTY.map((text, at) => refusedOf(`a0${at}`, text, text, text)),
  {
    sobject: NASTY[0]!,
    services: {
      [NASTY[1]!]: { field: NASTY[3]!, requests: 0, ok: 0, failed: 0, skipped: 0, state: 'ok', reason: NASTY[0]! },
    },
  },
);

describe('report: HTML', () => {
  let page: string;
  before(async () => void (page = await textOf(renderHtml(nasty, sha256))));

  it('lets no text become markup', () => {
    const tags = tagsIn(page);
    expect(tags.filter(([name]) => name === 'script')).to.have.length(3);
    expect(new Set(tags.map(([name]) => name))).not.to.include.keys('img', '!--');
    expect(
      tags.flatMap(([, attributes]) => attributes).filter((name) => /^(src|style|on.*)$/.test(name)),
    ).to.deep.equal([]);
    expect(page).not.to.match(/href="(?!https?:)/);
    expect(page.replace(/<script>[\s\S]*?<\/script>/, '')).not.to.match(/[^\P{Cc}\n]|\p{Cf}/u);
  });

  it('allows its own style and script by their hash, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    const inner = (tag: string): string => new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? '';
    expect(policy?.split('; ')).to.deep.equal([
      "default-src 'none'",
      `style-src 'sha256-${sha256(inner('style'))}'`,
      `script-src 'sha256-${sha256(inner('script'))}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(inner('style')).not.to.match(/url\(|@import/);
    expect(tagsIn(page).map(([name]) => name)).not.to.include.members(['link', 'iframe', 'form']);
  });

  it('holds every change and every refused row as data, an article a row', () => {
    const dataOf = (name: string): unknown =>
      JSON.parse(new RegExp(`id="${name}-data">([\\s\\S]*?)</script>`).exec(page)![1]!);
    expect(dataOf('changes')).to.deep.equal(
      NASTY.map((text, at) => [
        { url: `https://a/${text}` },
        { url: `/a0${at}`, text: `a0${at}` },
        [at, 100],
        [50, at],
        '',
      ]),
    );
    expect(dataOf('refused')).to.deep.equal(
      NASTY.map((text, at) => [{ url: text }, { url: `/a0${at}`, text: `a0${at}` }, text, text]),
    );
  });

  it('begins with the articles that changed, under their authors, and tells how the run went after that', async () => {
    const changes = [
      changeOf('a01', 'https://a/1', { Tweets__c: [1, 5], Likes__c: [null, 7] }, { label: 'One', author: 'Ada' }),
      changeOf('a02', 'https://a/2', { Tweets__c: [900, 880] }, { label: 'Two', author: 'Ben' }),
      changeOf('a03', 'https://a/3', { Likes__c: [2, 3] }, { label: 'Three', author: 'Ada' }),
    ];
    const text = await textOf(renderHtml(fileOf(changes), sha256));
    const [table] = /<table>[\s\S]*?<\/table>/.exec(text)!;
    const rows = [...table.matchAll(/<tr[^>]*>(.*?)<\/tr>/g)].map(([, row]) =>
      [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell]) => cell!.replace(/<svg.*/, 'bar')),
    );
    const anchorOf = (at: number, name: string): string =>
      `<a href="https://a/${at}" rel="noopener noreferrer">${name}</a>`;
    expect(rows).to.deep.equal([
      ['Article', 'Tweets__c', 'Likes__c', 'Size'],
      ['Ben (1)', '-20', '', ''],
      [anchorOf(2, 'Two'), '<b>-20</b> <small>900 → 880</small>', '', 'bar'],
      ['Ada (2)', '+4', '+8', ''],
      [anchorOf(1, 'One'), '<b>+4</b> <small>1 → 5</small>', '<b>+7</b> <small>– → 7</small>', 'bar'],
      [anchorOf(3, 'Three'), '', '<b>+1</b> <small>2 → 3</small>', 'bar'],
    ]);
    expect(text.indexOf('id="top-changes"')).to.be.below(text.indexOf('id="records"'));
    expect(text).to.include(
      '<time datetime="2026-11-23T07:30:15.000Z">Nov 23, 2026, 08:30 GMT+1</time>, took 3 min 5 s.',
    );
  });

  it('gives every table a caption and headers, every section a heading, and tells no path of the machine', () => {
    const count = (pattern: RegExp): number => page.match(pattern)?.length ?? 0;
    expect(count(/<caption>/g))
      .to.equal(count(/<table/g))
      .and.to.be.above(6);
    expect(count(/<th scope="col"/g)).to.be.above(20);
    expect(count(/<section aria-labelledby="([\w-]+)-title"/g)).to.equal(count(/<h2 id="([\w-]+)-title"/g));
    for (const landmark of ['header', 'main', 'footer']) expect(count(new RegExp(`<${landmark}>`, 'g'))).to.equal(1);
    expect(page).not.to.include('/secret/home');
  });
});

/** The opening tags of a page, each with the names of its attributes. */
const tagsIn = (text: string): [string, string[]][] =>
  [
    ...text
      .replace(/(<script[^>]*>)[\s\S]*?(?=<\/script>)/g, '$1')
      .matchAll(/<([a-z!][^\s>/]*)((?:[^>"]|"[^"]*")*)>/gi),
  ].map(([, name, rest]) => [
    name!.toLowerCase(),
    [...rest!.replace(/"[^"]*"/g, '').matchAll(/[^\s=/]+/g)].map(([attribute]) => attribute.toLowerCase()),
  ]);
