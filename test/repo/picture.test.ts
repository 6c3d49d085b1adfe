import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { terminalSvg } from '../../scripts/terminal-svg.ts';
import { root } from './sources.ts';

type Text = { readonly '#text': string; readonly class: string; readonly x: string; readonly y: string };

/** The pieces of text in a picture, each with its place and look. */
function textsOf(svg: string): Text[] {
  expect(XMLValidator.validate(svg)).to.equal(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    trimValues: false,
    parseTagValue: false,
    isArray: (name) => name === 'text',
  });
  return (parser.parse(svg) as { svg: { text: Text[] } }).svg.text;
}

describe('the picture of a terminal', () => {
  it('keeps colours, breaks lines as a terminal does, and escapes what XML needs', () => {
    const texts = textsOf(
      terminalSvg('\u001b[1m\u001b[32mok\u001b[39m\u001b[22m <a> & "b"\nabcdefghijklmno', 12, 'A <run>'),
    );
    const [ok, rest, first, second] = texts;
    expect(texts.map((text) => text['#text'])).to.deep.equal(['ok', ' <a> & "b"', 'abcdefghijkl', 'mno']);
    expect([ok?.class, rest?.class]).to.deep.equal(['green bold', 'text']);
    expect(new Set([ok?.y, rest?.y])).to.have.property('size', 1);
    expect([first?.x, second?.x]).to.deep.equal([ok?.x, ok?.x]);
    expect(Number(second?.y)).to.be.greaterThan(Number(first?.y));
  });

  it('docs/terminal.svg shows a sync, in light and dark, and loads nothing', () => {
    const svg = readFileSync(join(root, 'docs/terminal.svg'), 'utf8');
    const shown = textsOf(svg).map((text) => text['#text']);
    expect(shown.join('')).to.include('sf byline sync').and.to.include('Completed');
    expect(svg).to.include('prefers-color-scheme:dark');
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).to.not.match(/<script|<image|url\(|@import|href/);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).to.match(/!\[[^\]]{20,}\]\(docs\/terminal\.svg\)/);
  });
});
