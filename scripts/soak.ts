// `npm run soak`: lets a run meet random trouble for ten minutes, or for as many seconds as are given. A seed given after
// that brings the same trouble again: `npm run soak -- 60 147689676`.
import { spawnSync } from 'node:child_process';

const [seconds = '600', seed] = process.argv.slice(2);
const env = { ...process.env, BYLINE_SOAK_SECONDS: seconds, ...(seed === undefined ? {} : { BYLINE_SOAK_SEED: seed }) };
const mocha = ['node_modules/mocha/bin/mocha.js', '--no-parallel', 'test/faults/random.test.ts'];
process.exitCode = spawnSync(process.execPath, mocha, { env, stdio: 'inherit' }).status ?? 1;
