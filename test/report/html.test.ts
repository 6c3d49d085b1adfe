import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { renderHtml } from '../../src/report/html.ts';
import { changeOf, fileOf, NASTY, refusedOf, textOf } from './given.ts';

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

  it('holds every change and every refused row as data', () => {
    const dataOf = (name: string): { rows: unknown[] } =>
      JSON.parse(new RegExp(`id="${name}-data">([\\s\\S]*?)</script>`).exec(page)![1]!) as { rows: unknown[] };
    expect(dataOf('changes')).to.deep.equal({
      fields: ['Tweets__c', 'Likes__c', 'Synced__c'],
      rows: NASTY.map((text, at) => [
        `a0${at}`,
        `https://a/${text}`,
        [
          [0, at, 100],
          [1, 50, at],
        ],
      ]),
    });
    expect(dataOf('refused').rows).to.deep.equal(NASTY.map((text, at) => [`a0${at}`, text, text, text]));
  });

  it('gives every table a caption and headers, every section a heading, and tells no path of the machine', () => {
    const count = (pattern: RegExp): number => page.match(pattern)?.length ?? 0;
    expect(count(/<caption>/g))
      .to.equal(count(/<table/g))
      .and.to.be.above(6);
    expect(count(/<th scope="col"/g)).to.be.above(20);
    expect(count(/<section aria-labelledby="(\w+)-title"/g)).to.equal(count(/<h2 id="(\w+)-title"/g));
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
