import { toHelpSection } from '@salesforce/sf-plugins-core';
import { Messages } from '@salesforce/core';
import { EXIT_CODES } from '../model/exit-codes.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const exitCodes = Messages.loadMessages('sf-plugin-byline', 'exit-codes');
const messages = Messages.loadMessages('sf-plugin-byline', 'environment');

type HelpSection = ReturnType<typeof toHelpSection>;

/** What a command uses, by which its variables are selected. */
export type Concern = 'services' | 'org' | 'network' | 'runs' | 'progress' | 'settings';

/** Every environment variable the plugin reads, and the commands that use it. The reference lists them too. */
export const VARIABLES = {
  'BYLINE_…': 'services',
  SF_TARGET_ORG: 'org',
  SF_ORG_API_VERSION: 'org',
  SF_DATA_DIR: 'runs',
  HTTPS_PROXY: 'network',
  HTTP_PROXY: 'network',
  NO_PROXY: 'network',
  NODE_EXTRA_CA_CERTS: 'network',
  CI: 'progress',
  SF_CI_UPDATE_FREQUENCY_MS: 'progress',
  SF_CI_HEARTBEAT_FREQUENCY_MS: 'progress',
  NO_COLOR: null,
} as const satisfies Readonly<Record<string, Concern | null>>;

/** The configuration variables of the CLI that the plugin reads. */
const CONFIGURATION = {
  'target-org': 'org',
  'org-api-version': 'org',
  'plugins.byline': 'settings',
} as const satisfies Readonly<Record<string, Concern>>;

/** The ENVIRONMENT VARIABLES of `--help` for a command with these concerns. */
export function environmentSection(...concerns: readonly Concern[]): HelpSection {
  const names = Object.entries(VARIABLES).filter(([, of]) => of === null || concerns.includes(of));
  return section('ENVIRONMENT VARIABLES', names);
}

/** The CONFIGURATION VARIABLES of `--help` for a command with these concerns. */
export function configurationSection(...concerns: readonly Concern[]): HelpSection {
  const names = Object.entries(CONFIGURATION).filter(([, of]) => concerns.includes(of));
  return section('CONFIGURATION VARIABLES', names);
}

/** The kinds of commands by their exit codes: they read local files, ask others, show a run, or work on one. */
const ENDS = {
  list: ['done', 'failed', 'wrongFlags'],
  counts: ['done', 'failed', 'wrongFlags', 'partial', 'hungUp', 'interrupted', 'terminated'],
  report: ['done', 'failed', 'wrongFlags', 'partial', 'hungUp', 'interrupted', 'terminated'],
  run: Object.keys(EXIT_CODES),
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The ERROR CODES of `--help`: one line for each exit code of such a command. */
export function errorCodesSection(kind: keyof typeof ENDS): HelpSection {
  const names: readonly string[] = ENDS[kind];
  const lines = Object.entries(EXIT_CODES)
    .filter(([name]) => names.includes(name))
    .map(([name, code]) => [`${code}`, exitCodes.getMessage(name)]);
  return toHelpSection('ERROR CODES', Object.fromEntries(lines) as Record<string, string>);
}

function section(header: 'ENVIRONMENT VARIABLES' | 'CONFIGURATION VARIABLES', names: [string, unknown][]): HelpSection {
  const lines = names.map(([name]) => [name, messages.getMessage(name)]);
  return toHelpSection(header, Object.fromEntries(lines) as Record<string, string>);
}
