// npm run bench: measures this plugin beside others and prints what came out, each goal beside its figure.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { type Arguments, readArguments, USAGE } from './arguments.ts';
import { isMet, putInto, type Section, toMarkdown, toText } from './section.ts';
import { lookUps } from './tables/look-ups.ts';
import { memory } from './tables/memory.ts';
import { overlap } from './tables/overlap.ts';
import { report } from './tables/report.ts';
import { requests } from './tables/requests.ts';
import { start } from './tables/start.ts';
import { wholeSync } from './tables/sync.ts';
import { appliedPlan } from './tables/sync-plan.ts';
import { upload } from './tables/upload.ts';
import { wire } from './tables/wire.ts';
import { BenchContext } from './context.ts';

const TABLES: Readonly<Record<string, (world: BenchContext) => Promise<Section>>> = {
  requests,
  upload,
  plan: appliedPlan,
  sync: wholeSync,
  memory,
  report,
  'look-ups': lookUps,
  overlap,
  start,
  wire,
};

const { quick, markdown, tables } = readOrExit();
const machine = describeMachine(new Date());
console.log(`${machine}\n`);
const began = performance.now();
const sections: Section[] = [];
await using world = new BenchContext(quick);
for (const name of tables) {
  const section = await TABLES[name]!(world);
  sections.push(section);
  console.log(toText(section));
}
console.log(summary());
if (markdown !== undefined) {
  const parts = [`${machine} ${summary()}\n`, ...sections.map((section) => toMarkdown(section, 3))];
  const before = existsSync(markdown) ? await readFile(markdown, 'utf8') : '';
  await writeFile(markdown, putInto(before, `${parts.join('\n').trim()}\n`));
}

function readOrExit(): Arguments {
  const names = Object.keys(TABLES);
  if (process.argv.includes('--help')) {
    console.log(`${USAGE}Tables: ${names.join(', ')}`);
    process.exit(0);
  }
  try {
    return readArguments(process.argv.slice(2), names);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}Tables: ${names.join(', ')}`);
    process.exit(2);
  }
}

function describeMachine(now: Date): string {
  const [{ model } = { model: 'unknown processor' }, ...others] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB of memory`;
  const day = now.toISOString().slice(0, 10);
  return `${day}, on ${others.length + 1} cores of ${model.trim()}, ${memory}, ${process.platform}, Node ${process.version.slice(1)}.`;
}

/** How long it took, and the goals that were missed. */
function summary(): string {
  const missed = sections.flatMap(({ title, goals }) =>
    goals.filter((goal) => !isMet(goal)).map(({ measure }) => `${measure} (${title})`),
  );
  const took = `Measured in ${Math.round((performance.now() - began) / 1000)} s`;
  const small = quick ? ', with smaller numbers than the goals speak of' : '';
  return `${took}${small}. Goals missed: ${missed.length === 0 ? 'none' : missed.join('; ')}.`;
}
