import { environment } from '../emulator.ts';
import { measure, median, root } from '../measure.ts';
import { ratioAtMost, type Section, whole } from '../section.ts';
import { SF, type BenchContext } from '../context.ts';

/** How long the CLI takes to show the help of a command of the linked plugin, against one of its own. */
export async function start(world: BenchContext): Promise<Section> {
  const turns = world.quick ? 2 : 15;
  const home = await world.folder();
  const place = { home, env: environment(home) };
  await measure([SF, 'plugins', 'link', '--no-install', root], place);
  const time = async (command: readonly string[]): Promise<number> =>
    (await measure([SF, ...command, '--help'], place)).wall * 1000;
  const [ours, official]: [number[], number[]] = [[], []];
  for (let turn = -1; turn < turns; turn += 1) {
    const [theirs, we] = [await time(['data', 'update', 'bulk']), await time(['byline', 'sync'])];
    // The first turn warms up the disk's cache.
    if (turn < 0) continue;
    official.push(theirs);
    ours.push(we);
  }
  return {
    title: 'Start of the CLI with the plugin linked',
    how: `Medians of ${turns} turns, in milliseconds.`,
    head: ['command', 'median', 'least', 'most'],
    rows: [
      ['sf byline sync --help', ...figures(ours)],
      ['sf data update bulk --help', ...figures(official)],
    ],
    goals: [ratioAtMost('median, ours : data update bulk', median(ours) / median(official), 1.03)],
  };
}

const figures = (all: readonly number[]): string[] => [median(all), Math.min(...all), Math.max(...all)].map(whole);
