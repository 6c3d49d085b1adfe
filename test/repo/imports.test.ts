import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { type Import, importsOf, list, packageOf, parse, root } from './sources.ts';

/** The rooms a run is made of. */
const WHOLE_RUN = 'model pipeline salesforce services http journal report settings process errors.ts'.split(' ');

/** What each room of `src/` may import: other rooms or files of ours, packages, and parts of Node. */
const ROOMS: Readonly<Record<string, { readonly ours: readonly string[]; readonly others: readonly string[] }>> = {
  model: { ours: ['zod.ts'], others: ['fastest-levenshtein', 'ipaddr.js', 'zod'] },
  pipeline: { ours: ['model', 'errors.ts'], others: [] },
  salesforce: {
    ours: ['model', 'http', 'errors.ts', 'require.ts', 'zod.ts'],
    others: ['@salesforce/core', 'fast-xml-parser', 'node:util', 'node:zlib', 'zod'],
  },
  services: { ours: ['model', 'http', 'errors.ts', 'zod.ts'], others: ['jose', 'node:crypto', 'node:fs', 'zod'] },
  http: { ours: ['unlinked-file.ts'], others: ['undici', 'node:*'] },
  journal: {
    ours: ['model', 'errors.ts', 'unlinked-file.ts', 'zod.ts'],
    others: [
      'zod',
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:os',
      'node:path',
      'node:timers/promises',
      'node:util',
      'node:zlib',
    ],
  },
  report: {
    ours: ['model', 'require.ts'],
    others: ['@salesforce/core', '@salesforce/sf-plugins-core', 'csv-stringify', 'fast-string-width'],
  },
  settings: {
    ours: ['model', 'services', 'errors.ts', 'zod.ts'],
    others: ['@salesforce/*', 'zod', 'node:fs/promises', 'node:path'],
  },
  progress: { ours: ['model', 'report'], others: ['@oclif/multi-stage-output'] },
  process: {
    ours: ['model', 'salesforce', 'http', 'journal', 'settings', 'report', 'progress', 'errors.ts'],
    others: ['*'],
  },
  runs: {
    ours: WHOLE_RUN,
    others: ['node:*'],
  },
  actions: {
    ours: [...WHOLE_RUN, 'runs'],
    others: ['@salesforce/core', '@salesforce/core/messages', 'node:*'],
  },
  commands: { ours: ['*'], others: ['*'] },
  hooks: { ours: ['*'], others: ['*'] },
  'errors.ts': { ours: ['model'], others: ['@salesforce/core', '@salesforce/core/messages'] },
  'require.ts': { ours: [], others: ['node:module'] },
  'zod.ts': { ours: ['require.ts'], others: ['zod'] },
  'unlinked-file.ts': { ours: [], others: ['node:crypto', 'node:events', 'node:fs/promises', 'node:path'] },
  'index.ts': { ours: [], others: [] },
};

/** Packages that are at home in one room; elsewhere only their types may be named. */
const HOMES: Readonly<Record<string, string>> = {
  undici: 'http',
  zod: 'zod.ts',
  '@oclif/multi-stage-output': 'progress',
};

/** What a room that is pure must not name: time, chance and the outside come in as parameters. */
const WORLD = /^(process|fetch|setTimeout|setInterval|setImmediate|console|performance|Date\.now|Math\.random|crypto)$/;

const MAX_LINES = 250;

const sources = parse('src/**/*.ts');
const imports = [...sources.values()].flatMap(importsOf);
const isOurs = ({ to }: Import): boolean => to.startsWith('src/');
const roomOf = (path: string): string => path.split('/')[1] ?? '';
const allows = (rules: readonly string[], name: string): boolean =>
  rules.some((rule) => (rule.endsWith('*') ? name.startsWith(rule.slice(0, -1)) : name === rule));
const show = ({ from, to, isType }: Import): string => `${from} imports ${isType ? 'types of ' : ''}${to}`;

describe('rooms: who may import what', () => {
  it('every file stands in a room', () => {
    expect(Object.keys(ROOMS)).to.include.members([...new Set([...sources.keys()].map(roomOf))]);
  });

  for (const [room, { ours, others }] of Object.entries(ROOMS)) {
    const own = imports.filter(({ from }) => roomOf(from) === room);

    it(`${room}: of ours ${ours.join(', ') || 'nothing'}`, () => {
      const foreign = own.filter(isOurs).filter(({ to }) => roomOf(to) !== room && !allows(ours, roomOf(to)));
      expect(foreign.map(show)).to.deep.equal([]);
    });

    it(`${room}: of others ${others.join(', ') || 'nothing'}`, () => {
      const foreign = own.filter((one) => !isOurs(one) && !allows(others, packageOf(one.to)) && !isTypeOfHome(one));
      expect(foreign.map(show)).to.deep.equal([]);
    });
  }

  for (const [name, home] of Object.entries(HOMES)) {
    it(`${name} is at home in src/${home}, elsewhere only its types are named`, () => {
      const strays = imports.filter(
        ({ from, to, isType }) => packageOf(to) === name && roomOf(from) !== home && !isType,
      );
      expect(strays.map(show)).to.deep.equal([]);
    });
  }

  it('nothing in src/ imports from outside it', () => {
    const outside = imports.filter(({ to }) => /^(test|scripts|bench|bin|lib|\.\.)(\/|$)/.test(to));
    expect(outside.map(show)).to.deep.equal([]);
  });

  it('the emulator shares no code with src/', () => {
    const shared = [...parse('test/emulator/**/*.ts').values()]
      .flatMap(importsOf)
      .filter(({ to }) => /^(src|lib)\//.test(to));
    expect(shared.map(show)).to.deep.equal([]);
  });

  it('there are no cycles', () => {
    expect(findCycles(imports.filter(isOurs))).to.deep.equal([]);
  });

  it('every file is used by a command or a hook', () => {
    const used = new Set([...list('src/commands/**/*.ts'), 'src/hooks/diagnostics.ts', 'src/index.ts']);
    for (const path of used) for (const { from, to } of imports) if (from === path) used.add(to);
    expect([...sources.keys()].filter((path) => !used.has(path))).to.deep.equal([]);
  });

  it('every runtime dependency is imported, and nothing that is not one', () => {
    const named = new Set(imports.filter((one) => !isOurs(one)).map(({ to }) => packageOf(to)));
    const packages = [...named].filter((name) => !name.startsWith('node:')).sort();
    expect(packages).to.deep.equal(Object.keys(dependencies()).sort());
  });
});

describe('rooms: what a room may touch', () => {
  for (const room of ['model', 'pipeline', 'report']) {
    it(`${room} knows no clock, no chance and no outside`, () => {
      const files = [...sources.values()].filter(({ fileName }) => roomOf(fileName) === room);
      expect(files.flatMap(worldlyNames)).to.deep.equal([]);
    });
  }

  it(`no file has more than ${MAX_LINES} lines`, () => {
    const lengths = [...sources].map(([path, { text }]) => ({ path, lines: text.trimEnd().split('\n').length }));
    expect(lengths.filter(({ lines }) => lines > MAX_LINES)).to.deep.equal([]);
  });
});

const isTypeOfHome = ({ to, isType }: Import): boolean => isType && packageOf(to) in HOMES;

const dependencies = (): Record<string, string> =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> })
    .dependencies;

/** Every way round in a graph of imports, each once, as `a -> b -> a`. */
function findCycles(edges: readonly Import[]): string[] {
  const next = Map.groupBy(edges, ({ from }) => from);
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at !== -1) cycles.push([...way.slice(at), path].join(' -> '));
    if (at !== -1 || done.has(path)) return;
    for (const { to } of next.get(path) ?? []) walk(to, [...way, path]);
    done.add(path);
  };
  for (const path of next.keys()) walk(path, []);
  return cycles;
}

function worldlyNames(file: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && WORLD.test(node.getText()))
      found.push(`${file.fileName}: ${node.getText()}`);
    if (ts.isIdentifier(node) && WORLD.test(node.text) && isGlobal(node)) found.push(`${file.fileName}: ${node.text}`);
    if (ts.isNewExpression(node) && node.getText() === 'new Date()') found.push(`${file.fileName}: new Date()`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Whether a name is read by itself, not as a property of something or as a key. */
function isGlobal(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return ts.isCallExpression(parent) || ts.isExpressionStatement(parent) || ts.isVariableDeclaration(parent);
}
