// `npm test`: compiles, checks the types of the tests, and runs them all. With arguments, which are mocha's, it runs only
// what they name: `npm test -- test/pipeline/batches.test.ts`. BYLINE_COVERAGE=tests also measures what of src/ they cover,
// BYLINE_COVERAGE=stories in child processes, too; either takes about twice as long.
import { globSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { checkTypes, compile, run } from './steps.js';

const mocha = 'node_modules/mocha/bin/mocha.js';
const asked = process.argv.slice(2);
const tests = asked.length > 0 ? asked : allTests();

if (asked.length > 0) await compile();
else await Promise.all([compile({ check: false }), checkTypes()]);
if (process.env['BYLINE_COVERAGE']) {
  // Each process leaves some megabytes to count from; what remains is coverage/lcov.info, which editors show.
  process.on('exit', () => rmSync('coverage/tmp', { recursive: true, force: true }));
  const reporters = ['--reporter', 'text-summary', '--reporter', 'lcovonly'];
  const coverage = ['--include', 'src/**', '--exclude-after-remap', ...reporters];
  await run(['node_modules/c8/bin/c8.js', ...coverage, process.execPath, mocha, ...tests]);
} else {
  process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '../node_modules/.cache/tests');
  await run([mocha, ...tests]);
}

/** All test files: first those of folders with long ones, as the short ones keep all of mocha's processes busy to the end. */
function allTests() {
  const files = globSync('test/**/*.test.ts').map((path) => path.split(sep).join('/'));
  const { long = [], short = [] } = Object.groupBy(files.sort(), (path) =>
    /^test\/(faults|proxy|repo|story|wire)\//.test(path) ? 'long' : 'short',
  );
  return [...long, ...short];
}
