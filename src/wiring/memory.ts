import { Session } from 'node:inspector';
import { getHeapSpaceStatistics } from 'node:v8';

/** Bytes the old part of the heap may grow by before it is looked through. */
const GROWTH = 6 * 1024 * 1024;

/**
 * Keeps memory independent of the number of records. A run lets go of all it has worked through, but V8 looks through the
 * old part of its heap only when that has grown by as much as the machine seems to afford: some hundreds of megabytes,
 * which a small runner does not have. So it is asked to, some ten times in 100,000 records.
 */
export class MemoryKeeper {
  private limit = oldSize() + GROWTH;
  private session: Session | undefined;

  /** To be called now and then. Costs some microseconds, and some hundredths of a second when it is time. */
  public check(): void {
    if (oldSize() < this.limit) return;
    if (!this.session) {
      this.session = new Session();
      this.session.connect();
    }
    this.session.post('HeapProfiler.collectGarbage');
    this.limit = oldSize() + GROWTH;
  }
}

function oldSize(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0;
}
