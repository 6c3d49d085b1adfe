import type { Row, Value } from '../emulator/org/org.ts';
import { POST_FIELDS, type Rig } from './rig.ts';

type Fields = Readonly<Record<string, string>>;

/** Where articles and their counts are: a rig, or as much of one as a test has. */
type Place = Pick<Rig, 'org' | 'services'>;

/** What URLs may hold that XML, query strings, lists or careless code trip over. */
export const AWKWARD = [
  'plain',
  'a&b=c&amp;d',
  '?q=<em>x</em>',
  '?title="quoted"',
  "?name=O'Neill",
  '?cdata=]]>',
  '?list=a,b,,c',
  '?ä=ü&日本=語&emoji=😀',
  '?space=%20&percent=%25&plus=+',
  '?x=1#part-2&y=2',
  '/trailing/slash/',
  '?empty=&;=:@!$*()~',
];

/** URLs no service may be asked about, for different reasons. */
export const UNASKABLE = [
  'http://localhost/draft',
  'ftp://files.example.com/a',
  'www.example.com/no-scheme',
  'http://10.1.2.3/',
];

/** A URL that differs from that of every other number. */
export const urlOf = (index: number): string =>
  `https://magazine.example.com/${2014 + (index % 12)}/${index}/${AWKWARD[index % AWKWARD.length]}`;

/** `count` plain articles with nothing stored; gives their ids. */
export function insertArticles(rig: Place, count: number, stored: Readonly<Record<string, Value>> = {}): string[] {
  const rows = Array.from({ length: count }, (_, index) => ({
    Name: `Article ${index}`,
    Published_URL__c: urlOf(index),
    ...stored,
  }));
  return rig.org.table('Byline__c').insert(rows);
}

/**
 * What a record holds when all services have answered: their counts, or what it held where its URL is asked nowhere.
 * Worked out from the emulator alone.
 */
export function rightCounts(rig: Place, row: Row, fields: Fields = POST_FIELDS): Record<string, Value> {
  const url = row['Published_URL__c'];
  const asked = typeof url === 'string' && url.startsWith('https://magazine.example.com/');
  const right = Object.entries(fields).map(([service, field]) => [
    field,
    asked ? rig.services.count(service, url) : (row[field] ?? null),
  ]);
  return Object.fromEntries(right) as Record<string, Value>;
}

/** What the record holds in these fields. */
export function countsOf(row: Row, fields: Fields = POST_FIELDS): Record<string, Value> {
  return Object.fromEntries(Object.values(fields).map((field) => [field, row[field] ?? null]));
}

/** The records that do not hold the right counts: none, when all is well. */
export function wrongRecords(rig: Place, fields: Fields = POST_FIELDS): object[] {
  return rig.org
    .table('Byline__c')
    .all()
    .map((row) => ({
      id: row['Id'],
      url: row['Published_URL__c'],
      holds: countsOf(row, fields),
      right: rightCounts(rig, row, fields),
    }))
    .filter(({ holds, right }) => Object.keys(right).some((field) => holds[field] !== right[field]));
}
