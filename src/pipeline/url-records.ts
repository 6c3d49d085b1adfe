import type { ArticleRecord } from '../model/change.ts';

/** URLs on a page, like those of the org. */
const PAGE = 2000;

/** URLs as records without an id, page by page; empty lines are none. */
export async function* toPages(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<readonly ArticleRecord[], void, undefined> {
  let page: ArticleRecord[] = [];
  for await (const line of lines) {
    const url = line.trim();
    if (url === '') continue;
    page.push({ id: '', url, stored: {} });
    if (page.length === PAGE) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}
