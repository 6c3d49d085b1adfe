import { once } from 'node:events';
import { createServer, type IncomingMessage, request as forward, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { Authority } from './authority.ts';

/** Answers requests for one host. */
export type Site = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A network as companies have it: the way out is a proxy, and hosts show certificates of an authority of the company's
 * own. Hosts are known to the proxy only, as no name server knows them.
 */
export class CorporateProxy implements AsyncDisposable {
  /** The certificate of the company's authority. */
  public readonly certificate: string;
  /** `CONNECT host:port` and `GET http://…` that the proxy was asked for, in order. */
  public readonly asked: string[] = [];
  /** What stood in Proxy-Authorization, for each of these. */
  public readonly credentials: (string | undefined)[] = [];
  /** Requests that reached a host: `host/path`. */
  public readonly served: string[] = [];
  /** What the proxy answers to everybody instead of what they want. */
  public refusal: number | undefined;
  private readonly sites: Readonly<Record<string, Site>>;
  private readonly proxy: Server;
  private readonly tls: Server;
  private readonly sockets = new Set<Duplex>();

  private constructor(sites: Readonly<Record<string, Site>>) {
    this.sites = sites;
    const authority = new Authority('Company Root');
    this.certificate = authority.certificate;
    this.tls = createTlsServer(authority.issue(...Object.keys(sites), 'localhost'), (...args) => this.serve(...args));
    this.proxy = createServer((...args) => this.passOn(...args));
    this.proxy.on('connect', (request, socket, head) => this.tunnel(request, socket, head));
    for (const server of [this.tls, this.proxy]) server.on('connection', (socket: Duplex) => this.keep(socket));
  }

  /** Opens for business, with a site for each host name. */
  public static async open(sites: Readonly<Record<string, Site>>): Promise<CorporateProxy> {
    const company = new CorporateProxy(sites);
    const servers = [company.proxy, company.tls].map((server) => once(server.listen(0, '127.0.0.1'), 'listening'));
    await Promise.all(servers);
    return company;
  }

  public get proxyUrl(): string {
    return `http://127.0.0.1:${portOf(this.proxy)}`;
  }

  /** Where the hosts really are; `localhost` is in their certificate too. */
  public get port(): number {
    return portOf(this.tls);
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    const closed = [this.proxy, this.tls].map((server) => once(server.close(), 'close'));
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const host = new URL(`https://${request.headers.host}`).hostname;
    this.served.push(`${host}${request.url}`);
    const site = this.sites[host] ?? Object.values(this.sites)[0]!;
    site(request, response);
  }

  private admits(request: IncomingMessage): boolean {
    this.asked.push(`${request.method} ${request.url}`);
    this.credentials.push(request.headers['proxy-authorization']);
    return this.refusal === undefined;
  }

  /** Plain http goes through the proxy as it is. */
  private passOn(request: IncomingMessage, response: ServerResponse): void {
    if (!this.admits(request)) return void response.writeHead(this.refusal!).end('the proxy says no');
    const { host, pathname, search } = new URL(request.url ?? '');
    request.url = `${pathname}${search}`;
    request.headers.host = host;
    this.serve(request, response);
  }

  private tunnel(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.keep(socket);
    if (!this.admits(request)) return void socket.end(`HTTP/1.1 ${this.refusal} No\r\ncontent-length: 0\r\n\r\n`);
    const { hostname } = new URL(`https://${request.url}`);
    if (!(hostname in this.sites)) return void socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
    const way = connect(this.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      way.write(head);
      way.pipe(socket).pipe(way);
    });
    way.on('error', () => socket.destroy());
    way.on('close', () => socket.destroy());
  }

  private keep(socket: Duplex): void {
    this.sockets.add(socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket)));
  }
}

/** A site that answers so much. */
export const answering =
  (body: unknown): Site =>
  (_, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** A site that is really another server, which speaks plain http. */
export const inFrontOf =
  (url: string): Site =>
  (request, response) => {
    const { method, headers } = request;
    const behind = forward(new URL(request.url ?? '', url), { method: method!, headers }, (reply) => {
      response.writeHead(reply.statusCode!, reply.headers);
      reply.pipe(response);
    });
    behind.on('error', () => response.destroy());
    request.pipe(behind);
  };

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
