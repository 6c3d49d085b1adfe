import { bylineError } from '../errors.ts';

/** The secrets of a run: read once, remembered, and taken out of every text that leaves the program. */
export type Secrets = {
  /** The value of the environment variable `variable`, which `service` needs; an error where there is none. */
  read(variable: string, service: string): string;
  /** Remembers a secret that came from elsewhere, such as an access token a service handed out. */
  remember(value: string): void;
  /** `text` with every secret in it, whole or in part, plain or encoded, replaced by `***`. */
  redact(text: string): string;
};

/** Parts shorter than this are too likely to be ordinary words. */
const SHORTEST_PART = 4;

/** Reads secrets from the `BYLINE_…` variables of `env`, and from no others: a settings file must not name any variable it likes. */
export function createSecrets(env: Readonly<Record<string, string | undefined>>): Secrets {
  let needles: readonly string[] = [];
  const remember = (value: string): void => {
    needles = [...new Set([...needles, ...spellings(value)])].sort((a, b) => b.length - a.length);
  };
  return {
    read(variable, service) {
      if (!/^BYLINE_\w+$/.test(variable)) throw bylineError('secretName', [service, variable]);
      const value = env[variable]?.trim();
      if (value === undefined || value === '')
        throw bylineError('secretUnset', [service, variable], { actionTokens: [variable] });
      remember(value);
      return value;
    },
    remember,
    redact: (text) => needles.reduce((rest, needle) => rest.replaceAll(needle, '***'), text),
  };
}

/** The ways a secret may turn up in a text. `APPID|SECRET` and `user:password` are also looked for by halves. */
function spellings(value: string): readonly string[] {
  const parts = value.split(/[|:]/).filter((part) => part.length >= SHORTEST_PART);
  return [...new Set([value, ...parts])].flatMap((text) => {
    const encoded = encodeURIComponent(text);
    const lower = encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
    return [text, encoded, lower, Buffer.from(text).toString('base64'), JSON.stringify(text).slice(1, -1)];
  });
}
