import type { EmulatorReply } from '../../server.ts';
import type { Call } from '../call.ts';
import { json } from '../replies.ts';

/** The versions the org speaks: those before 31.0 were removed in Summer '25; 67.0 is Summer '26. */
export const OLDEST = 31;
export const NEWEST = 67;

/** GET /services/data: no session needed. */
export function versions(): EmulatorReply {
  const list = Array.from({ length: NEWEST - OLDEST + 1 }, (_, index) => OLDEST + index);
  return json(
    list.map((version) => ({ label: labelOf(version), url: `/services/data/v${version}.0`, version: `${version}.0` })),
  );
}

/** GET /services/data/v{version}: the resources; clients fetch it to see whether their session still holds. */
export function resources({ version }: Call): EmulatorReply {
  const names = ['sobjects', 'query', 'queryAll', 'limits', 'composite', 'tooling', 'jobs'];
  return json(Object.fromEntries(names.map((name) => [name, `/services/data/v${version}/${name}`])));
}

/** Three releases a year; 64.0 is Summer '25, and Winter carries the next year's number. */
function labelOf(version: number): string {
  const since = version - 64;
  const season = ['Summer', 'Winter', 'Spring'][((since % 3) + 3) % 3] ?? '';
  return `${season} '${25 + Math.ceil(since / 3)}`;
}
