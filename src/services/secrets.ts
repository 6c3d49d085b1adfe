import { readFileSync } from 'node:fs';
import { bylineError } from '../errors.ts';
import { type Redactor, secrets as secretsOfProcess } from '../model/redactor.ts';

/** The secrets of the services: each is read once, and redacted from then on in all output. */
export type Secrets = {
  /** The value of the environment variable `variable`, which `service` needs. Throws an error if it isn't set. */
  read(variable: string, service: string): string;
  /** The text of a key file: the value of the variable, or of the file it names if it begins with `/` or `@`. */
  readKeyFile(variable: string, service: string): string;
  /** The hosts, besides a service's own, to which the environment allows the secret in `variable` to be sent. */
  hosts(variable: string): readonly string[];
  /** Redacts a secret from another source, such as an access token from a service. */
  remember(value: string): void;
  /** A service's message with every secret, whole or in part, plain or encoded, replaced by `***`. */
  redact(text: string): string;
};

/** Reads secrets only from `BYLINE_…` variables of `env`, so that a settings file can't name any variable it likes. */
export function createSecrets(
  env: Readonly<Record<string, string | undefined>>,
  redactor: Redactor = secretsOfProcess,
): Secrets {
  const valueOf = (variable: string, service: string): string => {
    if (!/^BYLINE_\w+$/.test(variable)) throw bylineError('secretName', [service, variable]);
    const value = env[variable]?.trim();
    if (value === undefined || value === '')
      throw bylineError('secretUnset', [service, variable], { actionTokens: [variable] });
    return value;
  };
  return {
    read(variable, service) {
      const value = valueOf(variable, service);
      redactor.remember(value);
      return value;
    },
    readKeyFile(variable, service) {
      const value = valueOf(variable, service);
      const text = /^[/@]/.test(value) ? readKey(value.replace(/^@/, ''), service, variable) : value;
      redactor.remember(text);
      return text;
    },
    hosts: (variable) =>
      (env[`${variable}_HOSTS`] ?? '')
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((host) => host !== ''),
    remember: (value) => redactor.remember(value),
    redact: (text) => redactor.redactMessage(text),
  };
}

function readKey(path: string, service: string, variable: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw bylineError('secretUnreadable', [service, variable, code ?? 'no file'], { cause });
  }
}
