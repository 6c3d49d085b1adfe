import { connect } from 'node:net';
import type { EmulatedOrg } from './org.ts';
import { XMLNS, XSI } from './xml/write.ts';

/** What came back: status, headers in lower case, body as text. */
export type RawReply = { readonly status: number; readonly headers: Headers; readonly body: string };

const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>';

/** A client that only sends what it is told: tests of the org spell requests and replies out. */
export class RawClient {
  private readonly org: EmulatedOrg;
  private readonly version: string;

  public constructor(org: EmulatedOrg, version = '64.0') {
    this.org = org;
    this.version = version;
  }

  /** A REST request with a bearer token; `path` follows `/services/data/vNN.0`. */
  public async rest(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<RawReply> {
    return this.send(
      method,
      `/services/data/v${this.version}${path}`,
      body === undefined ? undefined : JSON.stringify(body),
      {
        authorization: `Bearer ${this.org.accessToken()}`,
        'content-type': 'application/json',
        ...headers,
      },
    );
  }

  public async query(soql: string, headers: Record<string, string> = {}): Promise<RawReply> {
    return this.rest('GET', `/query?q=${encodeURIComponent(soql)}`, undefined, headers);
  }

  /** A Bulk request with a session header; `path` follows `/services/async/NN.0`. */
  public async bulk(
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<RawReply> {
    return this.send(method, `/services/async/${this.version}${path}`, body, {
      'x-sfdc-session': this.org.accessToken(),
      'content-type': 'application/xml; charset=UTF-8',
      ...headers,
    });
  }

  /** Creates a job and gives its id. */
  public async job(
    elements = '<operation>update</operation><object>Byline__c</object><contentType>XML</contentType>',
  ): Promise<string> {
    return idIn(await this.bulk('POST', '/job', jobXml(elements)));
  }

  /** Adds a batch of these `<sObject>` elements and gives its id. */
  public async batch(job: string, sObjects: string): Promise<string> {
    return idIn(await this.bulk('POST', `/job/${job}/batch`, batchXml(sObjects)));
  }

  public async send(
    method: string,
    path: string,
    body: string | Buffer | undefined,
    headers: Record<string, string>,
  ): Promise<RawReply> {
    const reply = await fetch(this.org.url + path, { method, headers, ...(body === undefined ? {} : { body }) });
    return { status: reply.status, headers: reply.headers, body: await reply.text() };
  }
}

export const jobXml = (elements: string): string => `${PROLOG}<jobInfo xmlns="${XMLNS}">${elements}</jobInfo>`;

export const batchXml = (sObjects: string): string =>
  `${PROLOG}<sObjects xmlns="${XMLNS}" xmlns:xsi="${XSI}">${sObjects}</sObjects>`;

/** The text of the first element of this name; undefined where there is none. */
export const textIn = (reply: RawReply, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`)
    .exec(reply.body)?.[1]
    ?.replace(/&(\w+);/g, (_, entity: string) => ENTITIES[entity] ?? '');

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The refusal in a Bulk reply, `400 InvalidBatch: Records not processed`. */
export const refusalIn = (reply: RawReply): string =>
  `${reply.status} ${textIn(reply, 'exceptionCode') ?? '-'}: ${textIn(reply, 'exceptionMessage') ?? reply.body}`;

function idIn(reply: RawReply): string {
  const id = textIn(reply, 'id');
  if (reply.status !== 201 || id === undefined) throw new Error(refusalIn(reply));
  return id;
}

/** Writes bytes to the org's socket and gives all that comes back until it closes the connection. */
export function overSocket(org: EmulatedOrg, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(Number(new URL(org.url).port), '127.0.0.1', () => socket.write(request));
    socket.on('data', (part) => parts.push(part));
    socket.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    socket.on('error', reject);
  });
}
