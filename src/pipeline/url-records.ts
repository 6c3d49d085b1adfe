import type { ArticleRecord } from '../model/change.ts';

/** URLs per page, as in pages of the org. */
const PAGE = 2000;

/** Pages of URLs as records without an id; skips empty lines. */
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
