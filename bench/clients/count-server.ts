// A count service that costs as little as a service can: answers every request with a count, in the shape of twitter's.
// Prints its port. `/most` answers the most requests that were open at a time since it was last asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Milliseconds for an answer: without, a client has few requests open at a time, however many it may have. */
const ANSWER_MS = 5;
let [open, most] = [0, 0];

const server = createServer({ keepAliveTimeout: 60_000 }, (request, reply) => {
  if (request.url === '/most') {
    reply.end(String(most));
    most = 0;
    return;
  }
  open += 1;
  most = Math.max(most, open);
  setTimeout(() => answer(request, reply), ANSWER_MS);
});

function answer(request: IncomingMessage, reply: ServerResponse): void {
  open -= 1;
  const body = JSON.stringify({ count: 144, url: request.url });
  reply.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  reply.end(body);
}

server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
