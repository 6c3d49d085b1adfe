import { Session } from 'node:inspector';
import { getHeapStatistics } from 'node:v8';

/**
 * Bytes the heap may take besides what it held when it was last looked through. With less, young objects grow old before
 * they die, and time goes into clearing up; with more, V8 doubles the room for young ones, to 128 MB.
 */
const ROOM = 40 * 1024 * 1024;

/** Records from which on memory is looked after: a run of fewer ends before a look through the heap would pay. */
const LARGE_RUN = 10_000;

/**
 * Keeps memory independent of the number of records. A run lets go of all it has worked through, but V8 looks through its
 * whole heap only when that has grown by as much as the machine seems to afford: some hundreds of megabytes, which a small
 * runner does not have. So it is asked to, some sixteen times in 1,000,000 records; at first to let go of what loading the
 * program left, whereupon V8 makes the room for young objects small again.
 */
export class MemoryKeeper {
  private session: Session | undefined;
  private limit = 0;

  /** To be called now and then. Costs some microseconds, and some hundredths of a second when it is time. */
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
