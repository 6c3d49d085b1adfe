import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';

const HOUR_MS = 3_600_000;

/** A line: the number of URLs a service was asked for, and when (epoch milliseconds). */
type Line = { readonly at: number; readonly service: string; readonly urls: number };

/**
 * Counts the URLs each service was asked for by all commands of this machine's user, for services with an hourly
 * budget. Keys are the names in the settings. There is a file for each hour of the clock, and the last two are kept. If
 * the files can't be written, the budget applies to each command separately.
 */
export class AskedUrls {
  private readonly folder: string;
  private readonly now: () => number;

  private constructor(folder: string, now: () => number) {
    this.folder = folder;
    this.now = now;
  }

  /** Opens the files, beside the folder `runs`, and removes old ones. */
  public static open(runs: string, now: () => number): AskedUrls {
    const asked = new AskedUrls(join(dirname(runs), 'asked'), now);
    orNothing(() => asked.tidy());
    return asked;
  }

  /** The number of URLs a service was asked for in the last hour. */
  public inLastHour(service: string): number {
    const now = this.now();
    return [now - HOUR_MS, now]
      .flatMap((time) => readLines(this.fileOf(time)))
      .filter((line) => line.service === service && line.at > now - HOUR_MS && line.at <= now)
      .reduce((sum, { urls }) => sum + urls, 0);
  }

  /** Records that a service is asked for `urls` URLs. */
  public note(service: string, urls: number): void {
    const at = this.now();
    const line: Line = { at, service, urls };
    orNothing(() => appendFileSync(this.fileOf(at), `${JSON.stringify(line)}\n`, { mode: 0o600 }));
  }

  private tidy(): void {
    makeFolder(this.folder, 0o700);
    const oldest = nameOf(this.now() - HOUR_MS);
    for (const name of readdirSync(this.folder)) if (name < oldest) rmSync(join(this.folder, name), { force: true });
  }

  private fileOf(time: number): string {
    return join(this.folder, nameOf(time));
  }
}

/** `20261123T15Z.jsonl` */
const nameOf = (time: number): string => `${new Date(time).toISOString().slice(0, 13).replaceAll('-', '')}Z.jsonl`;

/** The valid lines of a file. A full disk may leave invalid ones. */
function readLines(path: string): Line[] {
  const text = orNothing(() => readFileSync(path, 'utf8')) ?? '';
  return text.split('\n').flatMap((line) => orNothing(() => JSON.parse(line) as Line) ?? []);
}

function orNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
