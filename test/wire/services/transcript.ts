import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** One request and its reply, as text. Header names in lower case; only the headers that matter are there. */
export type Exchange = {
  readonly method: string;
  /** Path and query exactly as they go over the wire. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly replyHeaders: Readonly<Record<string, string>>;
  readonly replyBody: string;
};

/** What the product's client has to make of the exchanges; `because` is a part of the reason. */
export type Expected = {
  readonly url: string;
  readonly state: string;
  readonly count?: number;
  readonly because?: string;
};

/**
 * A golden exchange with a count service, used twice: the product's client must send these requests and read these
 * replies so; the emulator must answer these requests with these replies. Text form (`*.http`):
 *
 *     # documented: where this shape is known from (or: recorded, guessed)
 *     # given: count https://example.com/a 144      state of the emulator, see given.ts
 *     # settings: {"measure":"shares"}              on top of the service's usual settings; {origin} is its host
 *     # reads: https://example.com/a ok 144         in the order the client is asked
 *     # only: emulator                              or: client; not used by the other side
 *
 *     GET /path?query
 *     header: value
 *
 *     HTTP 200
 *     content-type: application/json
 *
 *     {"count":144}
 *
 * A line `===` parts the exchanges of a conversation. `{…}` in an exchange is a placeholder, see placeholders.ts.
 */
export type Transcript = {
  readonly service: string;
  readonly name: string;
  readonly provenance: string;
  /** Set where only one of the two uses applies: the real service does what the other side never would. */
  readonly only: string | undefined;
  readonly given: readonly string[];
  readonly settings: object;
  readonly reads: readonly Expected[];
  readonly exchanges: readonly Exchange[];
};

/** All transcripts below this folder, by service and name. */
export function readTranscripts(): Transcript[] {
  return readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.http'))
    .sort()
    .map((file) => readTranscript(join(import.meta.dirname, file)));
}

function readTranscript(file: string): Transcript {
  const { of, ...rest } = readExchanges(file);
  return {
    service: basename(dirname(file)),
    only: of('only')[0],
    given: of('given'),
    settings: Object.assign({}, ...of('settings').map((value) => JSON.parse(value) as object)) as object,
    reads: of('reads').map(readExpected),
    ...rest,
  };
}

/** A file of exchanges: its name and first line, the values of its notes by their key, and the exchanges. */
export function readExchanges(file: string): {
  readonly name: string;
  readonly provenance: string;
  readonly of: (key: string) => string[];
  readonly exchanges: readonly Exchange[];
} {
  const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  const notes = [...text.matchAll(/^# (\w+): (.*)$/gm)].map(([, key = '', value = '']) => ({ key, value }));
  return {
    name: basename(file, '.http'),
    provenance: text.slice(0, text.indexOf('\n')),
    of: (key) => notes.filter((note) => note.key === key).map(({ value }) => value),
    exchanges: text
      .replace(/^#.*\n/gm, '')
      .split(/^===\n/m)
      .filter((exchange) => exchange.trim() !== '')
      .map(readExchange),
  };
}

function readExpected(line: string): Expected {
  const [url = '', state = '', ...rest] = line.split(' ');
  if (state === 'ok') return { url, state, count: Number(rest[0]) };
  return { url, state, because: rest.join(' ') };
}

function readExchange(text: string): Exchange {
  const [request = '', reply = ''] = text.trim().split(/\n(?=HTTP \d{3}\n)/);
  const { first, headers, body } = readPart(request);
  const [method = '', target = ''] = first.split(' ');
  const answer = readPart(`${reply}\n`);
  const status = Number(answer.first.slice('HTTP '.length));
  return { method, target, headers, body, status, replyHeaders: answer.headers, replyBody: answer.body };
}

function readPart(text: string): { first: string; headers: Record<string, string>; body: string } {
  const [head = '', ...rest] = text.trim().split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
  return { first, headers, body: rest.join('\n\n') };
}
