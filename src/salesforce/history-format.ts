import { type HistoryRow, type HistorySettings, periodOf, recordOf } from '../model/history.ts';
import { escapeXml, writeField } from './bulk-xml.ts';

/** The object for the history, and its fields other than counts. */
export type HistoryTarget = Pick<HistorySettings, 'sobject' | 'parentField' | 'keyField' | 'dateField'>;

/**
 * Writes history rows for an upsert batch. Only new rows have parent and date: a master-detail field without
 * reparenting is refused in an update, even if the parent is the same.
 */
export function historyWriter({ keyField, parentField, dateField }: HistoryTarget): (row: HistoryRow) => string {
  return ({ id, fields, isNew }) => {
    let xml = `<sObject><${keyField}>${escapeXml(id)}</${keyField}>`;
    if (isNew) xml += writeField(parentField, recordOf(id)) + writeField(dateField, periodOf(id));
    for (const name in fields) xml += writeField(name, fields[name]![1]);
    return `${xml}</sObject>`;
  };
}

/** Writes history rows for an sObject Collection; see {@link historyWriter}. */
export function historyCollectionWriter(target: HistoryTarget): (row: HistoryRow) => string {
  const attributes = { type: target.sobject };
  return ({ id, fields, isNew }) => {
    const own = isNew ? { [target.parentField]: recordOf(id), [target.dateField]: periodOf(id) } : {};
    const values = Object.entries(fields).map(([name, [, after]]) => [name, after] as const);
    return JSON.stringify({ attributes, [target.keyField]: id, ...own, ...Object.fromEntries(values) });
  };
}
