import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { list, root } from './sources.ts';

const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...[...list('docs/**/*.md'), ...list('examples/**/*.md')],
];

describe('links in the documentation', () => {
  for (const page of pages) {
    it(`${page}: every relative link leads somewhere`, () => {
      const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
      const relative = links.filter((link) => !/^[a-z]+:/.test(link));
      expect(relative.filter((link) => !leadsSomewhere(page, link))).to.deep.equal([]);
    });
  }

  it('every path the map of the code names is there', () => {
    const named = [...read('ARCHITECTURE.md').matchAll(/(?<=`| )[\w-]+\/[\w./-]*(?=`|[ ,])/g)].map(([path]) => path);
    const places = (path: string): string[] => ['', 'src/'].flatMap((room) => [`${room}${path}`, `${room}${path}.ts`]);
    expect(named).to.include.members(['pipeline/look-up-counts', 'services/registry.ts', 'examples/']);
    expect(named.filter((path) => !places(path).some((place) => existsSync(join(root, place))))).to.deep.equal([]);
  });

  it('every npm script they name is there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/npm run (?:--silent )?([\w-]+)/g)].map(([, name]) => name!),
    );
    expect(Object.keys(scripts)).to.include.members(named);
  });
});

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  return existsSync(join(root, target)) && (anchor === undefined || anchorsOf(target).includes(anchor));
}

/** The anchors GitHub gives to the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const read = (page: string): string => readFileSync(join(root, page), 'utf8');

/** A page without its blocks of code. */
const prose = (page: string): string => read(page).replace(/^```.*?^```/gms, '');
