import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { environment, firstLine } from '../emulator.ts';
import { measure, median } from '../measure.ts';
import { ratio, type Section, whole } from '../section.ts';
import { CLIENTS, type BenchContext } from '../context.ts';

const CONCURRENCY = 64;
/** Turns each of the two has, one after the other: a machine is not the same from second to second. */
const TURNS = 5;
const TURNS_QUICK = 3;

type Each = { readonly wall: number; readonly cpu: number; readonly inFlight: number };

/** Look-ups of counts, 64 at a time, against bare undici doing the same requests of the same server. */
export async function lookUps(world: BenchContext): Promise<Section> {
  const turns = world.quick ? TURNS_QUICK : TURNS;
  const total = world.quick ? 5000 : 50_000;
  const server = spawn(process.execPath, [join(CLIENTS, 'count-server.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const origin = `http://127.0.0.1:${(await firstLine(server.stdout)).trim()}`;
    const endpoint = `${origin}/1/urls/count.json`;
    const home = await world.folder();
    const run = async (name: string): Promise<Each> => {
      const args = [endpoint, String(total), String(CONCURRENCY)];
      const { stdout } = await measure([join(CLIENTS, name), ...args], { home, env: environment(home) });
      const inFlight = Number(await (await fetch(`${origin}/most`)).text());
      return { ...(JSON.parse(stdout) as Omit<Each, 'inFlight'>), inFlight };
    };
    const [ours, bare]: [Each[], Each[]] = [[], []];
    for (let turn = 0; turn < turns; turn += 1) {
      bare.push(await run('bare-undici.ts'));
      ours.push(await run('look-ups.ts'));
    }
    const of = (figures: readonly Each[], key: keyof Each): number => median(figures.map((figure) => figure[key]));
    const row = (name: string, figures: readonly Each[]): string[] => [
      ...[name, whole(1e6 / of(figures, 'wall')), whole(of(figures, 'wall')), whole(of(figures, 'cpu'))],
      whole(of(figures, 'inFlight')),
    ];
    return {
      title: `Count look-ups, ${CONCURRENCY} at a time`,
      how: `${whole(total)} look-ups on loopback, the server in a process of its own, which counts what is in flight and answers in 5 ms; medians of ${turns} turns.`,
      head: ['client', 'look-ups a second', 'wall µs each', 'CPU µs each', 'in flight'],
      rows: [row('undici, body read and parsed', bare), row('ours, from record to reading', ours)],
      goals: [
        {
          measure: 'look-ups a second, ours : undici',
          figure: of(bare, 'wall') / of(ours, 'wall'),
          bound: 'at least',
          limit: 0.85,
          show: ratio,
        },
      ],
    };
  } finally {
    server.kill();
  }
}
