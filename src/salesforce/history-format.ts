import { type HistoryRow, type HistorySettings, periodOf, recordOf } from '../model/history.ts';
import { escapeXml, writeField } from './bulk-xml.ts';

/** The object that holds the history, and its fields that are no counts. */
export type HistoryTarget = Pick<HistorySettings, 'sobject' | 'parentField' | 'keyField' | 'dateField'>;

/**
 * Writes rows of the history for an upsert batch. Parent and date are written with a new row only: a master-detail field that
 * allows no other parent is refused in an update, even where the parent stays the same.
 */
export function historyWriter({ keyField, parentField, dateField }: HistoryTarget): (row: HistoryRow) => string {
  return ({ id, fields, isNew }) => {
    let xml = `<sObject><${keyField}>${escapeXml(id)}</${keyField}>`;
    if (isNew) xml += writeField(parentField, recordOf(id)) + writeField(dateField, periodOf(id));
    for (const name in fields) xml += writeField(name, fields[name]![1]);
    return `${xml}</sObject>`;
  };
}

/** Writes rows of the history for a collection of the REST API, as {@link historyWriter} does for a batch. */
export function historyCollectionWriter(target: HistoryTarget): (row: HistoryRow) => string {
  const attributes = { type: target.sobject };
  return ({ id, fields, isNew }) => {
    const own = isNew ? { [target.parentField]: recordOf(id), [target.dateField]: periodOf(id) } : {};
    const values = Object.entries(fields).map(([name, [, after]]) => [name, after] as const);
    return JSON.stringify({ attributes, [target.keyField]: id, ...own, ...Object.fromEntries(values) });
  };
}
