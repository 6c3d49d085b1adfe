import type { ArticleRecord } from '../model/change.ts';
import { isInShard, type Shard } from '../model/shard.ts';

/**
 * Filters pages, in the order of ids, for the records of one shard after the record `after`, the last one already
 * counted. Skips pages without any.
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
