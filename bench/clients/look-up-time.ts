/** The URLs of some articles. */
export function* urlsOf(from: number, to: number): Generator<string, void, undefined> {
  for (let index = from; index < to; index += 1)
    yield `https://news.example.com/2026/11/article-${index}?utm_source=feed`;
}

/** Runs the look-ups, the first tenth of them to warm up; prints what one of the others took, in microseconds. */
export async function time(lookUps: number, run: (from: number, to: number) => Promise<void>): Promise<void> {
  const warm = Math.round(lookUps / 10);
  await run(0, warm);
  const [began, before] = [performance.now(), process.cpuUsage()];
  await run(warm, lookUps);
  const { user, system } = process.cpuUsage(before);
  const each = (microseconds: number): number => microseconds / (lookUps - warm);
  console.log(JSON.stringify({ wall: each((performance.now() - began) * 1000), cpu: each(user + system) }));
}
