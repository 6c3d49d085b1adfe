import { Messages, type Org } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { bylineError } from '../errors.ts';
import { RUN_ID, type WhichRun } from '../model/which-run.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'settings.run-flags');

/** The flags that select a run: exactly one of the three, or of the flags in `others`. */
export const whichRunFlags = (...others: string[]) => {
  const exactlyOne = ['job-id', 'run-id', 'use-most-recent', ...others];
  return {
    'job-id': Flags.salesforceId({
      char: 'i',
      startsWith: '750',
      length: 'both',
      summary: messages.getMessage('flags.job-id.summary'),
      exactlyOne,
    }),
    'run-id': Flags.string({ summary: messages.getMessage('flags.run-id.summary'), exactlyOne }),
    'use-most-recent': Flags.boolean({ summary: messages.getMessage('flags.use-most-recent.summary'), exactlyOne }),
  };
};

/** The run that the flags select; the newest if neither id is given. Throws an error for an invalid run id. */
export function toWhichRun(flags: { 'job-id'?: string | undefined; 'run-id'?: string | undefined }): WhichRun {
  const { 'job-id': job, 'run-id': runId } = flags;
  if (job !== undefined) return { by: 'job', job };
  if (runId === undefined) return { by: 'newest' };
  if (!RUN_ID.test(runId)) throw bylineError('runIdMalformed', [runId], { exitCode: 2 });
  return { by: 'run', runId };
}

/** The org of an earlier run: the one it began with, unless another login of the same org is specified. */
export const orgOfRunFlags = {
  'target-org': Flags.optionalOrg({
    summary: messages.getMessage('flags.target-org.summary'),
    default: async () => undefined,
  }),
  // A configured default must not change the API version of the run's jobs.
  'api-version': Flags.orgApiVersion({ default: async () => undefined }),
};

/** How long to wait for the job, in minutes. */
export const waitFlag = Flags.integer({
  helpGroup: 'JOB',
  char: 'w',
  min: 0,
  default: 33,
  helpValue: '<minutes>',
  summary: messages.getMessage('flags.wait.summary'),
});

/** How much is shown of a run, and the files that it writes for the user. */
export const runOutputFlags = {
  concise: Flags.boolean({
    helpGroup: 'OUTPUT',
    exclusive: ['verbose'],
    summary: messages.getMessage('flags.concise.summary'),
    description: messages.getMessage('flags.concise.description'),
  }),
  verbose: Flags.boolean({
    helpGroup: 'OUTPUT',
    exclusive: ['concise'],
    summary: messages.getMessage('flags.verbose.summary'),
    description: messages.getMessage('flags.verbose.description'),
  }),
  'output-dir': Flags.string({
    helpGroup: 'OUTPUT',
    char: 'd',
    summary: messages.getMessage('flags.output-dir.summary'),
  }),
  report: Flags.string({
    helpGroup: 'OUTPUT',
    helpValue: '<file>',
    summary: messages.getMessage('flags.report.summary'),
    description: messages.getMessage('flags.report.description'),
  }),
  'report-format': Flags.option({
    helpGroup: 'OUTPUT',
    options: ['html', 'md', 'csv', 'json'] as const,
    dependsOn: ['report'],
    summary: messages.getMessage('flags.report-format.summary'),
  })(),
};

type RunFlags = {
  readonly 'target-org'?: Org | undefined;
  readonly 'api-version'?: string | undefined;
  readonly verbose?: boolean | undefined;
  readonly 'output-dir'?: string | undefined;
  readonly report?: string | undefined;
  readonly 'report-format'?: 'html' | 'md' | 'csv' | 'json' | undefined;
};

/** The rows and files from {@link runOutputFlags}. */
export const toOutputOptions = (flags: Omit<RunFlags, 'target-org' | 'api-version'>) => ({
  verbose: flags.verbose === true,
  outputDir: flags['output-dir'],
  reportFile: flags.report,
  reportFormat: flags['report-format'],
});

/** The org, rows and files from {@link orgOfRunFlags} and {@link runOutputFlags}. */
export const toRunOptions = (flags: RunFlags) => ({
  org: flags['target-org'],
  apiVersion: flags['api-version'],
  ...toOutputOptions(flags),
});
