// `npm test`: compiles, checks the types of the tests, and runs them all. With arguments, which are mocha's, it runs only
// what they name: `npm test -- test/pipeline/batches.test.ts`. BYLINE_COVERAGE=tests also measures what of src/ they cover,
// BYLINE_COVERAGE=stories in child processes, too; either takes about twice as long.
import { rmSync } from 'node:fs';
import { compile, run } from './steps.js';

const mocha = 'node_modules/mocha/bin/mocha.js';
const asked = process.argv.slice(2);
const tests = asked.length > 0 ? asked : ['test/**/*.test.ts'];

compile();
if (asked.length === 0) run(['node_modules/typescript/bin/tsc', '-p', 'test/tsconfig.json']);
if (process.env['BYLINE_COVERAGE']) {
  // Each process leaves some megabytes to count from; what remains is coverage/lcov.info, which editors show.
  process.on('exit', () => rmSync('coverage/tmp', { recursive: true, force: true }));
  const reporters = ['--reporter', 'text-summary', '--reporter', 'lcovonly'];
  const coverage = ['--include', 'src/**', '--exclude-after-remap', ...reporters];
  run(['node_modules/c8/bin/c8.js', ...coverage, process.execPath, mocha, ...tests]);
} else {
  run([mocha, ...tests]);
}
