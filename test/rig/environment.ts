import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Keeps the CLI from asking anybody but the org, and from writing anything but what it is told. Node hands the wish for
 * coverage on to every child that is not told otherwise; then each takes twice the time.
 */
export const QUIET_CLI = {
  SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
  SF_DISABLE_LOG_FILE: 'true',
  SFDX_DISABLE_DNS_CHECK: 'true',
  SF_DISABLE_TELEMETRY: 'true',
  SF_DISABLE_AUTOUPDATE: 'true',
  SF_SKIP_NEW_VERSION_CHECK: 'true',
  NODE_V8_COVERAGE: '',
} as const;

/** Nothing of the machine's own environment but what a program needs to start. */
export function cleanEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    USERPROFILE: home,
    SF_DATA_DIR: join(home, 'data'),
    TMPDIR: tmpdir(),
    ...QUIET_CLI,
    NO_COLOR: '1',
  };
}
