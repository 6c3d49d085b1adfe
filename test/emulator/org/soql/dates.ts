/** A stretch of days: `from` is in it, `to` is not. Both `yyyy-MM-dd`. */
export type Days = { readonly from: string; readonly to: string };

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

const FIXED: Readonly<Record<string, readonly [Unit, number]>> = {
  TODAY: ['DAY', 0],
  YESTERDAY: ['DAY', -1],
  TOMORROW: ['DAY', 1],
};

/**
 * The days of a SOQL date literal, in UTC, weeks from Sunday (SOQL Reference, "Date Formats and Date Literals").
 * Fiscal periods are the calendar's.
 */
export function daysOf(literal: string, now: Date): Days {
  const name = literal.toUpperCase().replace('FISCAL_', '');
  const fixed = FIXED[name];
  if (fixed) return stretch(fixed[0], now, fixed[1], 1);
  const counted = /^(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S:(\d+)$/.exec(name);
  if (counted) {
    const [unit, n] = [counted[2] as Unit, Number(counted[3])];
    if (counted[1] === 'NEXT') return stretch(unit, now, 1, n);
    // Only the days include the current one.
    return stretch(unit, now, -n, unit === 'DAY' ? n + 1 : n);
  }
  const ago = /^N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO:(\d+)$/.exec(name);
  if (ago) return stretch(ago[1] as Unit, now, -Number(ago[2]), 1);
  if (name === 'LAST_90_DAYS') return stretch('DAY', now, -90, 91);
  if (name === 'NEXT_90_DAYS') return stretch('DAY', now, 1, 90);
  const relative = /^(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)$/.exec(name);
  if (!relative) throw new RangeError(`unknown date literal ${literal}`);
  return stretch(relative[2] as Unit, now, { LAST: -1, THIS: 0, NEXT: 1 }[relative[1] as 'LAST'], 1);
}

/** `count` units beginning `offset` units after the one that holds `now`. */
function stretch(unit: Unit, now: Date, offset: number, count: number): Days {
  return { from: boundary(unit, now, offset), to: boundary(unit, now, offset + count) };
}

function boundary(unit: Unit, now: Date, offset: number): string {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const start = {
    DAY: () => Date.UTC(year, month, day + offset),
    WEEK: () => Date.UTC(year, month, day - now.getUTCDay() + 7 * offset),
    MONTH: () => Date.UTC(year, month + offset, 1),
    QUARTER: () => Date.UTC(year, month - (month % 3) + 3 * offset, 1),
    YEAR: () => Date.UTC(year + offset, 0, 1),
  }[unit]();
  return new Date(start).toISOString().slice(0, 10);
}
