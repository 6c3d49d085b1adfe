/**
 * Placeholders stand for what is secret or differs from day to day:
 *
 * - `{BYLINE_X}`: the value of that variable; `{url:BYLINE_X}` percent-encoded; `{basic:BYLINE_A:BYLINE_B}` as the
 *   credentials of basic auth.
 * - `{agent}`: a User-Agent that names the project's page. `{date}`: an ISO time. `{epoch}`: seconds since 1970.
 *   `{day}`: a date. `{seconds}`: a small number of seconds. `{any}`: anything.
 * - `{assertion}`: a JWT of Google's service account; what stands for it is among the values.
 */
export type Values = Readonly<Record<string, string>>;

const AGENT = 'sf-plugin-byline/1.0.0 (+https://github.com/example/sf-plugin-byline)';
const NAME = /\{((?:url:|basic:)?BYLINE_[A-Z_:]+|agent|date|day|epoch|seconds|assertion|any)\}/;

const PATTERNS: Values = {
  agent: String.raw`[^\n]*https://[^\n]*`,
  date: String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z`,
  day: String.raw`\d{4}-\d\d-\d\d`,
  epoch: String.raw`\d{10}`,
  assertion: String.raw`[\w-]+\.[\w-]+\.[\w-]+`,
  seconds: String.raw`\d{1,4}`,
  any: '[^]*?',
};

/** `text` with a value in the place of each placeholder. */
export function fill(text: string, secrets: Values, now: number = Date.now()): string {
  const values: Values = {
    agent: AGENT,
    date: new Date(now).toISOString(),
    day: new Date(now).toISOString().slice(0, 10),
    epoch: String(Math.floor(now / 1000) + 60),
    seconds: '60',
    any: 'anything',
  };
  return text.replaceAll(new RegExp(NAME, 'g'), (_, name: string) => values[name] ?? secret(name, secrets));
}

/** Matches the texts that `text` stands for. */
export function pattern(text: string, secrets: Values): RegExp {
  const parts = text.split(NAME).map((part, index) => {
    return index % 2 === 0 ? escaped(part) : (PATTERNS[part] ?? escaped(secret(part, secrets)));
  });
  return new RegExp(`^${parts.join('')}$`);
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

function secret(placeholder: string, secrets: Values): string {
  const value = (name: string): string => {
    const known = secrets[name];
    if (known === undefined) throw new Error(`no service of the emulator checks ${name}`);
    return known;
  };
  const [form, ...names] = placeholder.split(':');
  if (form === 'url') return encodeURIComponent(value(names[0] ?? ''));
  if (form === 'basic') return Buffer.from(names.map(value).join(':')).toString('base64');
  return value(placeholder);
}
