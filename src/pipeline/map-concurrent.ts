/**
 * Maps `source` with at most `window` tasks in flight, and yields results in the order of the source. At any end,
 * whether by exhaustion, an error, or an early `return`, aborts `controller`, waits for running tasks, and closes the
 * source.
 */
export async function* mapConcurrent<A, B>(
  source: AsyncIterable<A> | Iterable<A>,
  window: number,
  task: (item: A, signal: AbortSignal) => Promise<B>,
  controller: AbortController = new AbortController(),
): AsyncGenerator<B, void, undefined> {
  const running: Promise<B>[] = [];
  try {
    for await (const item of source) {
      const result = task(item, controller.signal);
      // The error is thrown when its turn comes; until then, it must not count as unhandled.
      result.catch(() => undefined);
      running.push(result);
      if (running.length >= window) yield await (running.shift() as Promise<B>);
    }
    while (running.length > 0) yield await (running.shift() as Promise<B>);
  } finally {
    controller.abort();
    await Promise.allSettled(running);
  }
}
