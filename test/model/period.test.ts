import { expect } from 'chai';
import { firstDayOf, isTimeZone, type Period } from '../../src/model/period.ts';

const CASES: readonly (readonly [Period, string, string | undefined, string])[] = [
  ['day', '2026-11-25T23:59:59.999Z', undefined, '2026-11-25'],
  ['day', '2026-11-25T23:30:00Z', 'Europe/Berlin', '2026-11-26'],
  ['day', '2026-11-25T04:59:59Z', 'America/New_York', '2026-11-24'],
  // A week begins on Monday, and Sunday is its last day.
  ['week', '2026-11-23T00:00:00Z', undefined, '2026-11-23'],
  ['week', '2026-11-25T12:00:00Z', undefined, '2026-11-23'],
  ['week', '2026-11-29T23:59:59.999Z', undefined, '2026-11-23'],
  ['week', '2026-11-30T00:00:00Z', undefined, '2026-11-30'],
  ['week', '2026-11-29T23:30:00Z', 'Europe/Berlin', '2026-11-30'],
  ['week', '2026-11-30T04:59:59Z', 'America/New_York', '2026-11-23'],
  // The week of New Year began the year before; that of a leap day in its month.
  ['week', '2027-01-01T12:00:00Z', undefined, '2026-12-28'],
  ['week', '2023-01-01T12:00:00Z', undefined, '2022-12-26'],
  ['week', '2028-03-01T12:00:00Z', undefined, '2028-02-28'],
  // On the Sundays when clocks change.
  ['week', '2026-03-29T01:30:00Z', 'Europe/Berlin', '2026-03-23'],
  ['week', '2026-10-25T01:30:00Z', 'Europe/Berlin', '2026-10-19'],
  ['month', '2026-11-30T23:59:59Z', undefined, '2026-11-01'],
  ['month', '2026-11-30T23:30:00Z', 'Europe/Berlin', '2026-12-01'],
  ['month', '2026-12-31T23:30:00Z', 'Europe/Berlin', '2027-01-01'],
  ['month', '2027-01-01T04:59:59Z', 'America/New_York', '2026-12-01'],
  ['month', '2028-02-29T12:00:00Z', 'Pacific/Kiritimati', '2028-03-01'],
];

describe('firstDayOf', () => {
  for (const [period, now, timeZone, first] of CASES) {
    it(`${now} is in the ${period} of ${first} (${timeZone ?? 'UTC'})`, () =>
      expect(firstDayOf(period, Date.parse(now), timeZone)).to.equal(first));
  }
});

describe('isTimeZone', () => {
  it('knows the names of the time zone database only', () => {
    const names = ['UTC', 'Europe/Berlin', 'America/New_York', 'Europe/Atlantis', '', 'Monday'];
    expect(names.filter(isTimeZone)).to.deep.equal(['UTC', 'Europe/Berlin', 'America/New_York']);
  });
});
