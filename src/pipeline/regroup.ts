/**
 * Regroups items into chunks of `size`, in order. The size is asked after each item, because it may change meanwhile; the
 * last chunk may be smaller.
 */
export async function* regroup<T>(
  chunks: AsyncIterable<Iterable<T>>,
  size: () => number,
): AsyncGenerator<readonly T[], void, undefined> {
  let regrouped: T[] = [];
  for await (const chunk of chunks) {
    for (const item of chunk) {
      regrouped.push(item);
      if (regrouped.length < size()) continue;
      yield regrouped;
      regrouped = [];
    }
  }
  if (regrouped.length > 0) yield regrouped;
}
