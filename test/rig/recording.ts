import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { urlOf } from './articles.ts';
import { logIn } from './login.ts';
import { Rig } from './rig.ts';

/** Headers that tell something: of the request, and of the reply. */
const TELLING = { request: /^(authorization|content-|sforce-|x-sfdc-)(?!length)/, reply: /^content-type$/ };

/** Replaces what differs between runs: the session, hosts, times, and ids by their kind and order. */
const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|\+0000)/g;
const TAKEN = /(ProcessingTime>)\d+/g;
const ID = /\b(750|751|a0\w|01p|005|00D)\w{12}(\w{3})?\b/g;
const LONG = 1200;
const SHOWN = 400;

/** A whole sync of three articles, one of which is refused, as the exchanges the plugin had with the org: a text each. */
export async function recordSync(): Promise<string[]> {
  await using rig = await Rig.start({ login: 'none' });
  const exchanges: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const { method = '', url = '', headers } = request;
      const address = `${rig.org.url}${url}`;
      const sent = body.length > 0 ? { body } : {};
      const reply = await fetch(address, { method, headers: plain(headers), ...sent });
      const answer = Buffer.from(await reply.arrayBuffer());
      const known = Object.fromEntries(reply.headers);
      const parts = [
        `${method} ${url}\n${headersOf(headers, TELLING.request)}\n${textOf(body, headers)}`.trim(),
        `HTTP/1.1 ${reply.status}\n${headersOf(known, TELLING.reply)}\n${textOf(answer, {})}`.trim(),
      ];
      // The others are those of a login, by the CLI's own library.
      if (headers['sforce-call-options'] === 'client=sf-plugin-byline') exchanges.push(parts.join('\n\n'));
      // fetch has inflated it.
      response.writeHead(reply.status, omit(known, 'content-encoding', 'content-length', 'transfer-encoding'));
      response.end(answer);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await rig.settings({ twitter: 'Tweets__c', facebook: 'Likes__c' });
    const [first, second] = [urlOf(1), urlOf(2)];
    const ids = rig.org.table('Byline__c').insert([
      { Name: 'New', Published_URL__c: first },
      { Name: 'One of two', Published_URL__c: second, Tweets__c: rig.services.count('twitter', second), Likes__c: 7 },
      { Name: 'Refused', Published_URL__c: urlOf(3), Tweets__c: 3, Likes__c: 4 },
    ]);
    rig.org.refuseRows({ ids: [ids[2]!], statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Frozen.' });
    await logIn({ ...rig.org, url, accessToken: () => rig.org.accessToken() }, 'access', rig.env);
    const ended = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
    if (ended.code !== 68) throw new Error(`the sync ended with ${ended.code}: ${ended.stdout}${ended.stderr}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return settle(exchanges, [rig.org.accessToken(), url, rig.org.url]);
}

/** The exchanges with words in the place of what is another in each run. */
function settle(exchanges: readonly string[], [session = '', ...hosts]: readonly string[]): string[] {
  const ids = new Map<string, string>();
  const idOf = (id: string, prefix: string): string => {
    const key = id.slice(0, 15);
    const order = [...ids.keys()].filter((known) => known.startsWith(prefix)).length + 1;
    if (!ids.has(key)) ids.set(key, `${prefix}xx${String(order).padStart(10, '0')}`);
    return `${ids.get(key)}${id.length === 18 ? 'AAA' : ''}`;
  };
  return exchanges.map((exchange) => {
    let text = exchange.replaceAll(session, 'SESSION');
    for (const host of hosts) text = text.replaceAll(host, 'https://magazine.my.salesforce.com');
    return text
      .replace(MOMENT, '2026-11-23T07:30:15.000$1')
      .replace(TAKEN, (_, tag: string) => `${tag}0`)
      .replace(ID, idOf);
  });
}

const plain = (headers: IncomingHttpHeaders): Record<string, string> =>
  omit(headers as Record<string, string>, 'host', 'connection', 'content-length', 'transfer-encoding', 'expect');

const omit = (headers: Record<string, string>, ...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

const headersOf = (headers: IncomingHttpHeaders, telling: RegExp): string =>
  Object.entries(headers)
    .filter(([name]) => telling.test(name))
    .map(([name, value]) => `${name}: ${String(value)}\n`)
    .sort()
    .join('');

/** A body as text: inflated, and cut where it is long. */
function textOf(body: Buffer, headers: IncomingHttpHeaders): string {
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
  return text.length > LONG ? `${text.slice(0, SHOWN)}…` : text;
}
