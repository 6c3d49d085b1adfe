import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';

const HOUR_MS = 3_600_000;

/** A line: how many URLs a service was asked for, and when (epoch milliseconds). */
type Line = { readonly at: number; readonly service: string; readonly urls: number };

/**
 * How many URLs services were asked for of late, by all commands of this machine's user: for services with an hourly
 * budget, by their names in the settings. A file for each hour of the clock, of which the last two are kept. Where there
 * can be no such files, the budget holds for each command by itself.
 */
export class AskedUrls {
  private readonly folder: string;
  private readonly now: () => number;

  private constructor(folder: string, now: () => number) {
    this.folder = folder;
    this.now = now;
  }

  /** Opens the files, beside the folder of the `runs`, and removes old ones. */
  public static open(runs: string, now: () => number): AskedUrls {
    const asked = new AskedUrls(join(dirname(runs), 'asked'), now);
    orNothing(() => asked.tidy());
    return asked;
  }

  /** URLs a service was asked for in the last hour. */
  public inLastHour(service: string): number {
    const now = this.now();
    return [now - HOUR_MS, now]
      .flatMap((time) => readLines(this.fileOf(time)))
      .filter((line) => line.service === service && line.at > now - HOUR_MS && line.at <= now)
      .reduce((sum, { urls }) => sum + urls, 0);
  }

  /** Takes note that a service is asked for so many URLs. */
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

/** The lines of a file, but for those that are none: a full disk leaves such. */
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
