/**
 * Pending items, each in a slot that is reused. A Set, a Map, or a list of listeners with a high turnover keeps internal
 * nodes that point to later ones. Once such a node is in the old space of the garbage collector, every later item is
 * promoted with it. Slots don't have this effect.
 */
export class SlotPool<T> {
  /** Slots are numbered from 1, so that 0 can mean "none". */
  private readonly items: (T | undefined)[] = [undefined];
  private readonly free: number[] = [];

  public put(item: T): number {
    const slot = this.free.pop() ?? this.items.length;
    this.items[slot] = item;
    return slot;
  }

  /** The item in a slot, or `undefined`. */
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
