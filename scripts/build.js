// Compiles src/ to lib/ and writes what is generated from it: the manifest, the command snapshot and the JSON Schemas.
import { compile, run } from './steps.js';

await compile();
await run(['scripts/generate.ts'], { quiet: true });
