import type { HistoryFile } from '../../src/settings/history-settings.ts';
import { historyKey } from '../../src/model/history.ts';
import type { EmulatedOrg, Value } from '../emulator/org/org.ts';

/** The history of the tests in this folder: a row for each article and week. */
export const WEEKLY: HistoryFile = {
  ...{ sobject: 'Byline_Count__c', parentField: 'Byline__c', keyField: 'Key__c', dateField: 'Period__c' },
  fields: { twitter: 'Tweets__c' },
  changeFields: { twitter: 'Tweets_Change__c' },
};

/** A row as people see it: whose, when, how many, how many more. */
export type Row = { readonly parent: Value; readonly period: Value; readonly count: Value; readonly change: Value };

/** All rows there are; throws where one has not the key of its record and period, or a record has two of one period. */
export function historyOf({ table }: Pick<EmulatedOrg, 'table'>): Row[] {
  const seen = new Set<string>();
  return table('Byline_Count__c')
    .all()
    .map((row): Row => {
      const { Byline__c: parent, Period__c: period, Key__c: key } = row as Readonly<Record<string, Value>>;
      if (key !== historyKey(String(parent), String(period)) || seen.has(key)) throw new Error(`wrong key ${key}`);
      seen.add(key);
      return { parent: parent!, period: period!, count: row['Tweets__c']!, change: row['Tweets_Change__c']! };
    })
    .sort((one, other) => (String(one.parent) < String(other.parent) ? -1 : 1));
}
