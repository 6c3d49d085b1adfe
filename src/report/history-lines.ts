import { formatNumber } from '../model/format-number.ts';
import { storageMb } from '../model/requests.ts';
import type { RunView } from './run-view.ts';
import { shortened, truncated } from './text.ts';

/** The most characters of the org's message that are shown. */
const MESSAGE = 240;
/** Characters of an article's name that are shown. */
const NAME = 60;

/** Lines about history rows: what they use in a preview, or their outcomes. Empty if no history is kept. */
export function historyLines({ result, history: { created, conflicts, groups }, limits }: RunView): string[] {
  const { history, dryRun } = result;
  const storage = limits?.storage;
  if (!history) return [];
  const moved = conflicts > 0 ? [`History rows skipped because they changed since: ${formatNumber(conflicts)}.`] : [];
  if (dryRun) {
    const left = storage ? `; ${formatNumber(storage.remaining)} of ${formatNumber(storage.max)} MB are left` : '';
    const takes = `${formatNumber(created)} of them new: ${megabytes(created)} MB of data storage${left}`;
    return [`History: ${formatNumber(history.rows)} rows, ${takes}.`, ...moved];
  }
  const { rows, updated, failed } = history;
  const became = `${formatNumber(history.created)} created, ${formatNumber(updated)} updated, ${formatNumber(failed)} failed`;
  const refused = groups.map(({ statusCode, rows: count, example, advice }) => {
    const of = example?.label === undefined ? '' : ` of "${truncated(example.label, NAME)}"`;
    const said = example ? ` The org says${of}: ${shortened(example.message, MESSAGE)}` : '';
    return `History rows refused with ${statusCode}: ${formatNumber(count)}.${said} What to do: ${advice}`;
  });
  return [`History: ${formatNumber(rows)} rows, ${became}.`, ...moved, ...refused];
}

const megabytes = (records: number): string => formatNumber(Math.ceil(storageMb(records)));
