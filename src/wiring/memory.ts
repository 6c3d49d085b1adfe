import { Session } from 'node:inspector';
import { getHeapStatistics } from 'node:v8';

/**
 * Bytes the heap may take besides what it held when it was last looked through. With less, young objects grow old before
 * they die, and time goes into clearing up; with more, V8 doubles the room for young ones, to 128 MB.
 */
const ROOM = 56 * 1024 * 1024;

/**
 * Keeps memory independent of the number of records. A run lets go of all it has worked through, but V8 looks through its
 * whole heap only when that has grown by as much as the machine seems to afford: some hundreds of megabytes, which a small
 * runner does not have. So it is asked to, some eight times in 200,000 records.
 */
export class MemoryKeeper {
  private limit = getHeapStatistics().used_heap_size + ROOM;
  private session: Session | undefined;

  /** To be called now and then. Costs some microseconds, and some hundredths of a second when it is time. */
  public check(): void {
    if (getHeapStatistics().total_heap_size < this.limit) return;
    if (!this.session) {
      this.session = new Session();
      this.session.connect();
    }
    this.session.post('HeapProfiler.collectGarbage');
    this.limit = getHeapStatistics().used_heap_size + ROOM;
  }
}
