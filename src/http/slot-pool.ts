/**
 * Things under way, each in a slot that is filled again when it is done. A Set, a Map or a list of listeners from which
 * all that comes soon goes again leaves parts behind that still point to what came later. Once such a part is in the
 * garbage collector's old space, everything that was ever under way follows it there, dead as it is; slots leave nothing.
 */
export class SlotPool<T> {
  /** The first is never filled: slots are numbered from 1, so that 0 can stand for none. */
  private readonly items: (T | undefined)[] = [undefined];
  private readonly free: number[] = [];

  /** Takes a thing in. Returns its slot. */
  public put(item: T): number {
    const slot = this.free.pop() ?? this.items.length;
    this.items[slot] = item;
    return slot;
  }

  /** What is in a slot, if anything is. */
  public at(slot: number): T | undefined {
    return this.items[slot];
  }

  /** Empties a slot, which must be full. */
  public clear(slot: number): void {
    this.items[slot] = undefined;
    this.free.push(slot);
  }

  public forEach(visit: (item: T) => void): void {
    for (const item of this.items) if (item !== undefined) visit(item);
  }
}
