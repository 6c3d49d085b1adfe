import type * as parsing from 'fast-xml-parser';
import { require } from '../require.ts';

/** The XML parser in one file: by `import` it would be loaded in 40. */
export const { XMLParser } = require('fast-xml-parser') as typeof parsing;
