import type { EmulatedOrg } from './org.ts';

const SUBJECTS = [
  'The Bulk API',
  'A tale of two batches',
  'R&D on a budget',
  'Über Grenzen',
  '<Tags> and "quotes"',
  'Ten triggers',
  'Why rows lock',
  'Counting shares',
  '東京だより',
  'Nulls are not zeros',
];
const AUTHORS = ['Ada Byron', 'Grace Brewster', "Siobhán O'Hara", 'Nguyễn Thị Minh', null];
const DAY = 86_400_000;

/** Puts articles in: URLs with everything that needs care, some without counts, some without a URL. Gives their ids. */
export function seedArticles(org: EmulatedOrg, records: number, now: Date): string[] {
  return org.table('Byline__c').insert(Array.from({ length: records }, (_, index) => article(index, now)));
}

function article(index: number, now: Date): Record<string, string | number | null> {
  const subject = SUBJECTS[index % SUBJECTS.length] ?? '';
  return {
    Name: `${subject} (${index + 1})`,
    Title__c: subject,
    Author__c: AUTHORS[index % AUTHORS.length] ?? null,
    Published_URL__c: urlOf(index),
    Published_Date__c: new Date(now.getTime() - (index % 400) * DAY).toISOString().slice(0, 10),
    Tweets__c: index % 3 === 0 ? null : (index * 7) % 500,
    Likes__c: index % 4 === 0 ? null : (index * 13) % 900,
    LinkedIn_Shares__c: index % 5 === 0 ? null : (index * 3) % 200,
  };
}

function urlOf(index: number): string | null {
  const base = `https://news.example.com/${2020 + (index % 7)}/${index}`;
  switch (index % 10) {
    case 7:
      return `${base}?utm_source=a&utm_medium=b%20c`;
    case 8:
      return `${base}/überschrift,-mit-komma`;
    case 9:
      return index % 20 === 19 ? null : `${base}#kommentare`;
    default:
      return base;
  }
}
