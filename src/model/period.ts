/** The lengths of a history period. */
export const PERIODS = ['day', 'week', 'month'] as const;

export type Period = (typeof PERIODS)[number];

/** The first day of the period that `now` (epoch milliseconds) is in: `2026-11-23`. Weeks begin on Monday. */
export function firstDayOf(period: Period, now: number, timeZone = 'UTC'): string {
  const day = dayIn(timeZone, now);
  switch (period) {
    case 'day':
      return toText(day);
    case 'week':
      return toText(new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * DAY_MS));
    case 'month':
      return `${toText(day).slice(0, 'yyyy-MM'.length)}-01`;
  }
}

/** Whether this machine knows a time zone of that name, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const DAY_MS = 86_400_000;

/** The day of a moment in a time zone, as midnight in UTC. */
function dayIn(timeZone: string, now: number): Date {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'gregory', year: 'numeric', month: 'numeric', day: 'numeric' },
  });
  const parts = format.formatToParts(now);
  const numberOf = (wanted: string): number => Number(parts.find(({ type }) => type === wanted)?.value);
  return new Date(Date.UTC(numberOf('year'), numberOf('month') - 1, numberOf('day')));
}

const toText = (day: Date): string => day.toISOString().slice(0, 'yyyy-MM-dd'.length);
