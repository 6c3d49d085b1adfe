import { Session } from 'node:inspector';
import { getHeapStatistics } from 'node:v8';

/**
 * The most bytes the heap grows between two collections. With less, young objects are promoted before they die; with
 * more, V8 doubles the young generation, up to 128 MB.
 */
const ROOM = 40 * 1024 * 1024;

/** Records from which garbage is collected; a shorter run ends before it pays off. */
const LARGE_RUN = 10_000;

/**
 * Keeps memory independent of the number of records. By itself, V8 runs a full collection only after the heap has grown
 * by some hundreds of megabytes, which a small runner doesn't have. So collections are requested, about sixteen for
 * 1,000,000 records. The first one frees what loading the program left, and V8 shrinks the young generation again.
 */
export class MemoryKeeper {
  private session: Session | undefined;
  private limit = 0;

  /** Call this after each step. It takes microseconds, or some 10 ms if it collects. */
  public check(records: number): void {
    if (records >= LARGE_RUN && getHeapStatistics().total_heap_size >= this.limit) this.collect();
  }

  private collect(): void {
    this.session ??= connect();
    this.session.post('HeapProfiler.collectGarbage');
    this.limit = getHeapStatistics().used_heap_size + ROOM;
  }
}

function connect(): Session {
  const session = new Session();
  session.connect();
  return session;
}
