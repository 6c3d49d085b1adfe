import { createRequire } from 'node:module';

/**
 * Loads a package as CommonJS. To be used where its ES modules are dozens of files, and the other form is a single one, or
 * is loaded by the CLI in any case. Its types are imported.
 */
export const require = createRequire(import.meta.url);
