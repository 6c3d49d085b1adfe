import { expect } from 'chai';
import { readArguments } from '../../bench/arguments.ts';
import {
  type Goal,
  megabytes,
  putInto,
  ratio,
  ratioAtMost,
  type Section,
  toMarkdown,
  toText,
} from '../../bench/section.ts';

const speed: Goal = { measure: 'speed', figure: 0.69, bound: 'at least', limit: 0.7, show: ratio };
const section: Section = {
  title: 'Upload',
  how: 'Once.',
  head: ['client', 'CPU s'],
  rows: [
    ['floor', '10.5'],
    ['ours, with all it does', '9'],
  ],
  goals: [ratioAtMost('CPU', 2, 2), speed, { ...speed, bound: 'at most', figure: 251, limit: 250, show: megabytes }],
};

describe('npm run bench', () => {
  it('prints figures, and beside each goal whether it was met', () => {
    expect(toText(section).split('\n')).to.deep.equal([
      'Upload',
      '',
      'Once.',
      '',
      'client                  CPU s',
      'floor                    10.5',
      'ours, with all it does      9',
      '',
      'goal   figure           bound',
      'CPU      2.00    at most 2.00     met',
      'speed    0.69   at least 0.70  missed',
      'speed  251 MB  at most 250 MB  missed',
      '',
    ]);
  });

  it('prints the same as Markdown', () => {
    expect(toMarkdown({ ...section, goals: [speed] }, 3).split('\n')).to.deep.equal([
      '### Upload',
      '',
      'Once.',
      '',
      '| client | CPU s |',
      '|---|---:|',
      '| floor | 10.5 |',
      '| ours, with all it does | 9 |',
      '',
      '| goal | figure | bound |  |',
      '|---|---:|---:|---:|',
      '| speed | 0.69 | at least 0.70 | missed |',
      '',
    ]);
  });

  it('prints no table of goals where there is none', () => {
    expect(toText({ ...section, goals: [] })).to.not.contain('goal');
    expect(toMarkdown({ ...section, goals: [] }, 3)).to.not.contain('goal');
  });

  it('puts the tables between the marks of a file, and only there', () => {
    const marked = 'before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n';
    const fresh = 'before\n<!-- bench -->\n\nnew\n\n<!-- /bench -->\nafter\n';
    expect(putInto(marked, 'new\n')).to.equal(fresh);
    expect(putInto(fresh, 'new\n')).to.equal(fresh);
    expect(putInto('no marks', 'new\n')).to.equal('new\n');
  });

  const known = ['upload', 'memory', 'wire'];

  it('measures every table, or those named, in their own order', () => {
    expect(readArguments([], known)).to.deep.equal({ quick: false, markdown: undefined, tables: known });
    expect(readArguments(['wire', '--quick', 'upload', '--markdown', 'F.md'], known)).to.deep.equal({
      ...{ quick: true, markdown: 'F.md', tables: ['upload', 'wire'] },
    });
  });

  it('knows no other table, and no other flag', () => {
    expect(() => readArguments(['speed'], known)).to.throw(
      'There is no table "speed". There are: upload, memory, wire.',
    );
    expect(() => readArguments(['--fast'], known)).to.throw("'--fast'");
  });
});
