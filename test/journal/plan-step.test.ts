import { expect } from 'chai';
import { readSummary, summarize, writeStep } from '../../src/journal/plan-step.ts';
import type { PlanStep } from '../../src/model/plan.ts';
import { tallyOf } from '../model/facts.ts';

const TRAP = '],"releases":true,"through":"x"}';
const change = (id: string) => ({ id, url: `https://a.example.com/ä/${TRAP}`, fields: { releases: [1, 2] as const } });
const { services } = tallyOf();
const step: PlanStep = {
  changes: [change('a1'), change('a2'), change('a0')],
  held: [{ ...change('a3'), doubtful: ['releases'], counted: true }],
  conflicts: [change('a4')],
  releases: false,
  through: 'a4',
  tally: { ...tallyOf(), services: { ...services, releases: { ...Object.values(services)[0]!, reason: TRAP } } },
};

const write = (some: PlanStep): string => writeStep(some, summarize(some));

describe('a step of a plan as a line', () => {
  it('holds the step, and a summary that is read without it', () => {
    const line = write(step);
    expect(JSON.parse(line)).to.deep.include(step);
    expect(readSummary(Buffer.from(line))).to.deep.equal({
      ...{ changes: 3, held: 1, releases: false, through: 'a4', tally: step.tally },
      stretches: [
        { rows: [0, 2], ids: ['a1', 'a2'] },
        { rows: [2, 3], ids: ['a0', 'a0'] },
      ],
    });
  });

  it('of which there is nothing, is summed up too', () => {
    const empty: PlanStep = { ...step, changes: [], held: [], conflicts: [], releases: true, through: null };
    expect(readSummary(Buffer.from(write(empty)))).to.deep.equal(summarize(empty));
  });

  const line = write(step);
  const OTHERS: [what: string, line: string][] = [
    ['whose records are not as they were written', line.replace('"a2"', '"a9"')],
    ['whose records are damaged', line.replace('"id":"a2"', '"id:"a2"')],
    ['that was cut short', line.slice(0, -9)],
    ['without a summary', JSON.stringify(step)],
    ['of another kind', '{"end":true}'],
    ['that is none', ''],
  ];
  for (const [what, other] of OTHERS) {
    it(`${what}, has no summary to go by`, () => expect(readSummary(Buffer.from(other))).to.equal(undefined));
  }
});
