// What any client must do, and nothing else: reads the changes of a plan, writes the XML by hand, compresses and uploads it
// over node:http, and reads from the list of batches that every row was written. Nothing is checked, escaped, remembered
// or tried again.
// node bench/clients/floor.ts PLAN URL TOKEN
import { createReadStream } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

type Change = { readonly id: string; readonly fields: Readonly<Record<string, readonly [unknown, unknown]>> };

const NAMESPACE = 'xmlns="http://www.force.com/2009/06/asyncapi/dataload"';
const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const BATCH = 10_000;
/** As many as ours. */
const UPLOADS = 3;
const POLL_MS = 100;

const [plan = '', url = '', token = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

const jobXml = await send('POST', 'job', [
  `<jobInfo ${NAMESPACE}><operation>update</operation><object>Byline__c</object>`,
  '<contentType>XML</contentType></jobInfo>',
]);
const job = /<id>(.*?)<\/id>/.exec(jobXml)![1]!;
const uploads = new Set<Promise<unknown>>();
let records: string[] = [];
let sent = 0;
for await (const line of lines(plan)) {
  const { changes } = JSON.parse(line) as { changes?: readonly Change[] };
  for (const { id, fields } of changes ?? []) {
    let xml = `<sObject><Id>${id}</Id>`;
    for (const name in fields) xml += `<${name}>${String(fields[name]![1])}</${name}>`;
    records.push(`${xml}</sObject>`);
    if (records.length === BATCH) await upload();
  }
}
if (records.length > 0) await upload();
await Promise.all(uploads);
await send('POST', `job/${job}`, [`<jobInfo ${NAMESPACE}><state>Closed</state></jobInfo>`]);
for (;;) {
  const list = await send('GET', `job/${job}/batch`);
  const processed = sum(list, 'numberRecordsProcessed') - sum(list, 'numberRecordsFailed');
  if (processed === sent) break;
  await setTimeout(POLL_MS);
}
agent.destroy();
console.log(sent);

async function upload(): Promise<void> {
  const body = [`<sObjects ${NAMESPACE} ${XSI}>`, ...records, '</sObjects>'];
  sent += records.length;
  records = [];
  const one: Promise<unknown> = send('POST', `job/${job}/batch`, body).finally(() => uploads.delete(one));
  uploads.add(one);
  if (uploads.size === UPLOADS) await Promise.race(uploads);
}

async function* lines(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const text of createReadStream(path, {
    encoding: 'utf8',
    highWaterMark: 1 << 20,
  }) as AsyncIterable<string>) {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    yield* parts;
  }
}

function sum(xml: string, name: string): number {
  return [...xml.matchAll(new RegExp(`<${name}>(\\d+)<`, 'g'))].reduce((total, match) => total + Number(match[1]), 0);
}

function send(method: string, path: string, body?: readonly string[]): Promise<string> {
  const bytes = body && gzipSync(body.join(''), { level: 1 });
  return new Promise((resolve, reject) => {
    const headers = {
      'x-sfdc-session': token,
      ...(bytes
        ? { 'content-type': 'application/xml', 'content-encoding': 'gzip', 'content-length': bytes.length }
        : {}),
    };
    const outgoing = request(`${url}/services/async/64.0/${path}`, { method, agent, headers }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (part: string) => (text += part));
      reply.once('error', reject);
      reply.once('end', () => (reply.statusCode! < 300 ? resolve(text) : reject(new Error(text))));
    });
    outgoing.once('error', reject).end(bytes);
  });
}
