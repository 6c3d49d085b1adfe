/** Positions in a plan: half-open ranges, ascending and disjoint. */
export type Range = readonly [from: number, to: number];

/** The number of positions in `ranges`. */
export function countRows(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

export function* rowsOf(ranges: readonly Range[]): Generator<number> {
  for (const [from, to] of ranges) for (let row = from; row < to; row += 1) yield row;
}

/** The fewest ranges that hold `rows`, which must ascend. */
export function toRanges(rows: Iterable<number>): Range[] {
  const ranges: [number, number][] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last && last[1] === row) last[1] += 1;
    else ranges.push([row, row + 1]);
  }
  return ranges;
}

/** The positions of `ranges` that aren't in `taken`. Both must be ascending and disjoint. */
export function subtractRanges(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  const left: Range[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    let start = from;
    while (at < taken.length && taken[at]![1] <= start) at += 1;
    for (let next = at; next < taken.length && taken[next]![0] < to; next += 1) {
      const [takenFrom, takenTo] = taken[next]!;
      if (takenFrom > start) left.push([start, takenFrom]);
      start = Math.max(start, takenTo);
    }
    if (start < to) left.push([start, to]);
  }
  return left;
}

/** The positions of two disjoint lists, as the fewest ranges. */
export function joinRanges(one: readonly Range[], other: readonly Range[]): Range[] {
  const joined: [number, number][] = [];
  for (const [from, to] of [...one, ...other].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && last[1] === from) last[1] = to;
    else joined.push([from, to]);
  }
  return joined;
}

export function contains(ranges: readonly Range[], position: number): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]![1] <= position) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && ranges[low]![0] <= position;
}

/** Drops the first `count` positions of `ranges`. */
export function skipRows(ranges: readonly Range[], count: number): Range[] {
  let left = count;
  const skipped: Range[] = [];
  for (const [from, to] of ranges) {
    const taken = Math.min(left, to - from);
    skipped.push([from, from + taken]);
    left -= taken;
  }
  return subtractRanges(
    ranges,
    skipped.filter(([from, to]) => to > from),
  );
}
