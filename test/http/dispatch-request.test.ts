import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Dispatcher } from 'undici';
import { sendRequest, createDispatcher, type HttpReply, type HttpRequest } from '../../src/http/send-request.ts';
import { HttpFailure } from '../../src/http/failure.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

describe('sendRequest', () => {
  let server: Server;
  let dispatcher: Dispatcher;
  let handle: Handle;
  before(async () => {
    server = createServer((request, response) => handle(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    dispatcher = createDispatcher();
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await dispatcher.destroy();
  });

  const ask = (answer: Handle, more: Partial<HttpRequest> = {}): Promise<HttpReply> => {
    handle = answer;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a%2Fb?key=secret`;
    return sendRequest({ method: 'GET', url, timeoutMs: 5000, maxBytes: 1000, ...more }, dispatcher);
  };
  const failure = async (answer: Handle, more: Partial<HttpRequest> = {}): Promise<unknown> =>
    ask(answer, more).then(
      () => 'a reply',
      (error: unknown) => (error instanceof HttpFailure ? [error.code, error.reached, error.reason] : error),
    );

  it('sends what it is given, byte for byte', async () => {
    let seen: unknown;
    const more = {
      method: 'POST',
      body: '{"ü":1}',
      headers: { 'content-type': 'application/json', 'x-a': 'b' },
    } as const;
    await ask((request, response) => {
      const { method, url, headers } = request;
      seen = [
        method,
        url,
        headers['content-type'],
        headers['x-a'],
        headers['content-length'],
        headers['accept-encoding'],
      ];
      response.end();
    }, more);
    expect(seen).to.deep.equal(['POST', '/a%2Fb?key=secret', 'application/json', 'b', '8', 'gzip']);
  });

  it('takes any status for a reply, and joins repeated headers', async () => {
    const { status, headers, body } = await ask((_, response) => {
      response.writeHead(503, { 'X-A': ['1', '2'] }).end('no');
    });
    expect([status, headers['x-a'], body.toString()]).to.deep.equal([503, '1, 2', 'no']);
  });

  it('unpacks', async () => {
    const { body } = await ask((_, response) => {
      response.writeHead(200, { 'content-encoding': 'GZIP' }).end(gzipSync('x'.repeat(900)));
    });
    expect(body.toString()).to.equal('x'.repeat(900));
  });

  describe('with a sink', () => {
    /** Asks with a sink; gives what came of it. */
    const drain = async (answer: Handle, more: Partial<HttpRequest> = {}): Promise<[HttpReply, string]> => {
      const parts: Buffer[] = [];
      const reply = await ask(answer, { sink: (part) => void parts.push(part), ...more });
      return [reply, Buffer.concat(parts).toString('latin1')];
    };

    it('hands a success on as it comes over the wire, however large it is', async () => {
      const body = gzipSync('x'.repeat(100_000), { level: 0 });
      const answer: Handle = (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
      const [reply, got] = await drain(answer, { maxBytes: 1_000_000 });
      expect([reply.status, reply.body.length, reply.headers['content-encoding']]).to.deep.equal([200, 0, 'gzip']);
      expect(got === body.toString('latin1')).to.equal(true);
    });

    it('gathers any other answer as usual', async () => {
      const [reply, got] = await drain((_, response) => response.writeHead(400).end('no'));
      expect([reply.status, reply.body.toString(), got]).to.deep.equal([400, 'no', '']);
    });

    it('waits for each part anew', async () => {
      let left = 6;
      const [, got] = await drain(
        (_, response) => {
          const timer = setInterval(() => {
            response.write('x');
            left -= 1;
            if (left > 0) return;
            clearInterval(timer);
            response.end();
          }, 60);
        },
        { timeoutMs: 200 },
      );
      expect(got).to.equal('xxxxxx');
    });

    it('fails where it takes too long in all, however often a part comes', async () => {
      const drip: Handle = (_, response) => {
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
      };
      const sink = (): void => undefined;
      expect(await failure(drip, { sink, totalMs: 100 })).to.deep.equal([
        ...['TIMEOUT', true, 'no complete answer within 0.1 s'],
      ]);
    });

    it('takes no more bytes in than are accepted', async () => {
      let taken = 0;
      const sink = (part: Buffer): void => void (taken += part.length);
      expect(await failure(endless, { sink })).to.deep.include('TOO_LARGE');
      expect(taken).to.be.at.most(1000);
    });

    it('fails where no part comes any more, or where it breaks off', async () => {
      const half: Handle = (_, response) => void response.writeHead(200, { 'content-length': 10 }).write('half');
      const sink = (): void => undefined;
      expect(await failure(half, { sink, timeoutMs: 100 })).to.deep.include('TIMEOUT');
      const cut: Handle = (request, response) => {
        half(request, response);
        setImmediate(() => response.destroy());
      };
      expect(await failure(cut, { sink })).to.deep.include(true);
    });

    it('fails with what the sink throws', async () => {
      const full = new Error('no room');
      const sink = (): void => {
        throw full;
      };
      expect(await failure((_, response) => response.end('x'), { sink })).to.equal(full);
    });
  });

  it('follows no redirect', async () => {
    const { status } = await ask((_, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    });
    expect(status).to.equal(302);
  });

  const endless: Handle = (_, response) => {
    response.writeHead(200);
    const more = (): boolean => !response.destroyed && response.write('x'.repeat(500), more);
    more();
  };
  const failures: readonly [name: string, handle: Handle, expected: unknown, more?: Partial<HttpRequest>][] = [
    ['an endless body', endless, ['TOO_LARGE', true, 'the answer is larger than 1000 bytes']],
    [
      'a small body that unpacks to a large one',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000))),
      ['TOO_LARGE', true, 'the answer is larger than 1000 bytes'],
    ],
    [
      'a body that cannot be unpacked',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'),
      ['Z_DATA_ERROR', true, 'the answer cannot be decompressed (Z_DATA_ERROR)'],
    ],
    ['silence', () => undefined, ['TIMEOUT', true, 'no complete answer within 0.05 s'], { timeoutMs: 50 }],
    [
      'a body that stops half way',
      (_, response) => void response.writeHead(200, { 'content-length': 100 }).write('half'),
      ['TIMEOUT', true, 'no complete answer within 0.05 s'],
      { timeoutMs: 50 },
    ],
    [
      'a line cut before the answer',
      (request) => request.socket.destroy(),
      ['UND_ERR_SOCKET', true, 'connection lost before the answer was complete (UND_ERR_SOCKET)'],
    ],
    [
      'a line cut in the answer',
      (request, response) =>
        void response.writeHead(200, { 'content-length': 100 }).write('half', () => request.socket.destroy()),
      ['UND_ERR_SOCKET', true, 'connection lost before the answer was complete (UND_ERR_SOCKET)'],
    ],
  ];
  for (const [name, answer, expected, more] of failures) {
    it(`fails on ${name}`, async () => expect(await failure(answer, more)).to.deep.equal(expected));
  }

  it('knows when a request cannot have arrived', async () => {
    const found = await failure(() => undefined, { url: 'http://127.0.0.1:1/?key=secret' });
    expect(found).to.deep.equal(['ECONNREFUSED', false, 'connection refused (ECONNREFUSED)']);
  });

  it('never tells the query', async () => {
    const error = await ask((request) => request.socket.destroy()).catch((cause: Error) => cause);
    expect(error).to.have.property('message').that.includes('GET 127.0.0.1:').and.not.includes('secret');
  });

  it('ends with the reason of its signal, before, while and without waiting for an answer', async () => {
    const reason = new Error('enough');
    const answer: Handle = (_, response) => void response.end();
    expect(await failure(answer, { signal: AbortSignal.abort(reason) })).to.equal(reason);
    const controller = new AbortController();
    expect(await failure(() => controller.abort(reason), { signal: controller.signal })).to.equal(reason);
  });
});
