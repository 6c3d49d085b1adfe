import type { ArticleRecord } from '../model/change.ts';
import { isInShard, type Shard } from '../model/shard.ts';

/**
 * Of pages in the order of the ids, the records of one shard; `after` is the last one an interrupted process has counted.
 * A page of which nothing is left is passed over.
 */
export async function* shardRecords(
  pages: AsyncIterable<readonly ArticleRecord[]>,
  shard: Shard,
  after: string | null,
): AsyncGenerator<readonly ArticleRecord[], void, undefined> {
  for await (const page of pages) {
    const kept = page.filter(({ id }) => isInShard(id, shard) && (after === null || id > after));
    if (kept.length > 0) yield kept;
  }
}
