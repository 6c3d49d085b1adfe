#!/usr/bin/env node
import { execute } from '@oclif/core';

// Not awaited: where the reader is gone before it has read all, as of `| head`, oclif waits for it without end.
void execute({ dir: import.meta.url });
