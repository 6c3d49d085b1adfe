import { expect } from 'chai';
import { assert, constantFrom, integer, property, record, array, string } from 'fast-check';
import { layOut, type WantedColumn } from '../../src/report/table-layout.ts';
import { columnsOf } from '../../src/report/text.ts';

const number = (name: string, widest: number): WantedColumn => ({ name, kind: 'number', widest, least: widest });
const article: WantedColumn = { name: 'Article', kind: 'flexible', widest: 90, least: 0 };

describe('report: the layout of a table', () => {
  it('gives each column what it wants where there is room', () => {
    expect(layOut([article, number('Tweets__c', 5)], 120)).to.deep.equal([
      [
        { at: 0, name: 'Article', width: 90 },
        { at: 1, name: 'Tweets__c', width: 9 },
      ],
    ]);
  });

  it('narrows the flexible column first, then breaks names of numbers into lines at underscores and capitals', () => {
    expect(layOut([article, number('LinkedIn_Shares__c', 5)], 60)[0]).to.deep.equal([
      { at: 0, name: 'Article', width: 35 },
      { at: 1, name: 'LinkedIn_Shares__c', width: 18 },
    ]);
    expect(layOut([article, number('LinkedIn_Shares__c', 5), number('ReadsOnPlatform__c', 5)], 62)[0]).to.deep.equal([
      { at: 0, name: 'Article', width: 30 },
      { at: 1, name: 'LinkedIn_\nShares__c', width: 11 },
      { at: 2, name: 'ReadsOn\nPlatform__c', width: 11 },
    ]);
  });

  it('begins further tables with the first column where even the narrowest do not fit', () => {
    const placed = layOut([article, ...['A__c', 'B__c', 'C__c', 'D__c'].map((name) => number(name, 20))], 80);
    expect(placed.map((columns) => columns.map(({ at }) => at))).to.deep.equal([
      [0, 1, 2],
      [0, 3, 4],
    ]);
  });

  it('loses no column, and is never too wide unless one column beside the first is', () => {
    const column = record({
      name: string({ minLength: 1, maxLength: 40, unit: constantFrom('a', 'B', '_', ' ', '記') }),
      kind: constantFrom('number', 'text', 'flexible'),
      widest: integer({ min: 0, max: 100 }),
    }).map(({ kind, ...more }): WantedColumn => ({ ...more, kind, least: kind === 'number' ? more.widest : 0 }));
    assert(
      property(array(column, { minLength: 1, maxLength: 12 }), integer({ min: 80, max: 120 }), (columns, width) => {
        const tables = layOut(columns, width);
        expect(new Set(tables.flat().map(({ at }) => at)).size).to.equal(columns.length);
        for (const table of tables) {
          const taken = table.reduce((sum, { width: room }) => sum + 3 + room, 1);
          if (table.length > 2) expect(taken).to.be.at.most(width);
          for (const { name, width: room } of table)
            for (const line of name.split('\n')) expect(columnsOf(line)).to.be.at.most(room);
        }
      }),
    );
  });
});
