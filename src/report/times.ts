/** A time (epoch milliseconds) as text in a time zone (IANA name): `Nov 23, 2026, 08:30 GMT+1`. */
export function localTime(moment: number, timeZone: string): string {
  return new Date(moment).toLocaleString('en-US', {
    ...{ year: 'numeric', month: 'short', day: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short', timeZone },
  });
}

/** A duration in milliseconds as text, to the second: `45 s`, `3 min 5 s`, `1 h 20 min`. */
function durationText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours === 0 ? `${minutes} min ${seconds % 60} s` : `${hours} h ${minutes} min`;
}

/** How long a run took, up to the last entry of its journal. */
export const tookText = ({ startedAt, lastAt }: { readonly startedAt: number; readonly lastAt: number }): string =>
  `took ${durationText(lastAt - startedAt)}`;
