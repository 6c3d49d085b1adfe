import { expect } from 'chai';
import { KnownReadings } from '../../src/services/known-readings.ts';
import { failed, ok } from './replies.ts';

const urlOf = (index: number): string => `https://news.example.com/2026/${index}`;

/** Whether the reading of each of these URLs is known. */
const areKnown = (known: KnownReadings, from: number, to: number): number => {
  let count = 0;
  for (let index = from; index < to; index += 1) if (known.get(known.placeOf(urlOf(index)))) count += 1;
  return count;
};

describe('the readings that are known', () => {
  it('are those of every URL, up to 50,000 of them, and of most beyond', () => {
    const known = new KnownReadings(131_072);
    for (let index = 0; index < 50_000; index += 1) known.set(known.placeOf(urlOf(index)), ok(index));
    expect(areKnown(known, 0, 50_000)).to.equal(50_000);
    for (let index = 50_000; index < 300_000; index += 1) known.set(known.placeOf(urlOf(index)), ok(index));
    expect(areKnown(known, 200_000, 300_000)).to.be.at.least(90_000);
    expect(known.places, 'and no more of them than places').to.equal(131_072);
  });

  it('are as they were given, by the URL and by its key', () => {
    const known = new KnownReadings(64);
    const readings = [ok(0), ok(2 ** 53 - 1), failed('HTTP 404'), { state: 'skipped', reason: 'budget' } as const];
    for (const [index, reading] of readings.entries()) known.set(known.placeOf(urlOf(index)), reading);
    for (const [index, reading] of readings.entries()) {
      const place = known.placeOf(urlOf(index));
      expect(known.get(place)).to.deep.equal(reading);
      expect(known.placeOfKey(known.keyAt(place))).to.equal(place);
    }
    expect(known.get(known.placeOf(urlOf(99)))).to.equal(undefined);
  });

  it('of a URL with yet another reason are forgotten, not another one', () => {
    const known = new KnownReadings(4096);
    for (let index = 0; index < 1002; index += 1) known.set(known.placeOf(urlOf(index)), failed(`reason ${index}`));
    expect(known.get(known.placeOf(urlOf(999)))).to.deep.equal(failed('reason 999'));
    expect(known.get(known.placeOf(urlOf(1001)))).to.equal(undefined);
  });
});
