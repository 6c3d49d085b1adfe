import { grouped } from '../model/grouped.ts';
import { storageMb } from '../model/requests.ts';
import type { RunView } from './run-view.ts';
import { shortened } from './text.ts';

/** Characters of what the org says that are shown. */
const MESSAGE = 240;

/** What people are told of the rows of the history: what they take in a preview, or what became of them. None where none is kept. */
export function historyLines({ result, history: { created, conflicts, groups }, limits }: RunView): string[] {
  const { history, dryRun } = result;
  const storage = limits?.storage;
  if (!history) return [];
  const moved =
    conflicts > 0 ? [`Rows of the history that have moved since, and are left alone: ${grouped(conflicts)}.`] : [];
  if (dryRun) {
    const left = storage ? `; ${grouped(storage.remaining)} of ${grouped(storage.max)} MB are left` : '';
    const takes = `${grouped(created)} of them new: ${megabytes(created)} MB of data storage${left}`;
    return [`History: ${grouped(history.rows)} rows, ${takes}.`, ...moved];
  }
  const { rows, updated, failed } = history;
  const became = `${grouped(history.created)} created, ${grouped(updated)} updated, ${grouped(failed)} failed`;
  const refused = groups.map(({ statusCode, rows: count, example, advice }) => {
    const said = example ? ` The org says: ${shortened(example.message, MESSAGE)}` : '';
    return `History rows refused with ${statusCode}: ${grouped(count)}.${said} What to do: ${advice}`;
  });
  return [`History: ${grouped(rows)} rows, ${became}.`, ...moved, ...refused];
}

const megabytes = (records: number): string => grouped(Math.ceil(storageMb(records)));
