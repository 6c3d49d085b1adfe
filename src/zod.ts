import type * as zod from 'zod';
import { require } from './require.ts';

export type { core, infer as Infer, ZodError, ZodLiteral, ZodObject, ZodOptional, ZodRawShape, ZodType } from 'zod';

/** zod as `@salesforce/core` has loaded it: by `import` it would be loaded a second time, in 95 files. */
export const { z } = require('zod') as typeof zod;
