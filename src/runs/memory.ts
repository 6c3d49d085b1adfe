import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MB = 1024 * 1024;

/** The most bytes the young generation grows to, both halves together. With less, objects are promoted before they die. */
const YOUNG = 64 * MB;

/** The most bytes that old objects and buffers grow between two collections. */
const GROWTH_BYTES = 6 * MB;

/**
 * Keeps memory independent of the number of records. By itself, V8 doubles the young generation up to 128 MB, and runs a
 * full collection only after the heap has grown by some hundreds of megabytes, which a small runner doesn't have. So the
 * young generation stops growing earlier, and a collection is requested when old objects and buffers take more.
 */
class MemoryKeeper {
  private gc: Gc | undefined;
  /** Bytes of old objects and buffers from which the heap is collected; not known before the first step. */
  private limit: number | undefined;
  private mayGrow = true;
  private mostYoung = YOUNG;
  private growth = GROWTH_BYTES;

  /** Call this when a run begins: its growth counts from its first step, whatever the process did before. */
  public begin(): void {
    this.limit = undefined;
  }

  /** Call this after each step, and after each page of a report. It takes microseconds, or some 20 ms if it collects. */
  public check(): void {
    const { young, old } = generations();
    this.letYoungGrow(young < this.mostYoung);
    this.limit ??= old + this.growth;
    if (old >= this.limit) this.collect('regular');
  }

  /** Makes room for a report, which stays in memory: objects and buffers of any age get half as much from now on. */
  public makeRoom(): void {
    this.mostYoung = YOUNG / 2;
    this.growth = GROWTH_BYTES / 2;
    this.collect('last-resort');
  }

  /** V8 multiplies the size of the young generation by this factor when most of it survives a collection. */
  private letYoungGrow(mayGrow: boolean): void {
    if (mayGrow === this.mayGrow) return;
    this.mayGrow = mayGrow;
    setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
  }

  /** Requests a collection: what starting the program left takes some 50 MB. */
  private collect(flavor: GcOptions['flavor']): void {
    if (this.limit === Infinity) return;
    this.gc ??= exposeGc();
    this.limit = Infinity;
    // A task of its own finds no objects that only the stack refers to.
    void this.gc({ type: 'major', execution: 'async', flavor }).then(
      () => (this.limit = generations().old + this.growth),
    );
  }
}

/** There is one heap, and so one keeper. */
export const memory = new MemoryKeeper();

/** The bytes the young generation takes, and those of old objects and of buffers, which are outside of the heap. */
function generations(): { readonly young: number; readonly old: number } {
  let [young, old] = [0, getHeapStatistics().external_memory];
  for (const { space_name: name, space_size: size, space_used_size: used } of getHeapSpaceStatistics()) {
    if (name === 'new_space') young += size;
    else old += used;
  }
  return { young, old };
}

/**
 * The options of V8's `gc` that are used here. The flavor `regular` is one pass, which leaves the young generation its
 * size: in a small one, more objects live until they are promoted. `last-resort` takes several passes and shrinks it.
 */
type GcOptions = {
  readonly type: 'major';
  readonly execution: 'async';
  readonly flavor: 'regular' | 'last-resort';
};

type Gc = (options: GcOptions) => Promise<void>;

/** V8's `gc`, which contexts have that are created after its flag is set. */
function exposeGc(): Gc {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Gc;
}
