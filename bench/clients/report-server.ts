// A report service that costs as little as one can: a report of so many pages, in the shape of Plausible's Stats API v2,
// made as it is asked for. Its rows are those of the seeded articles. Prints its port. `/took` answers the milliseconds
// from the first request to the last answer.
// node bench/clients/report-server.ts ROWS
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

const rows = Number(process.argv[2]);
let [began, ended] = [0, 0];

type Query = { readonly pagination: { readonly offset: number; readonly limit: number } };

const server = createServer({ keepAliveTimeout: 60_000 }, (request, reply) => void answer(request, reply));

async function answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
  if (request.url === '/took') {
    reply.end(String(ended - began));
    return;
  }
  began ||= performance.now();
  const { offset, limit } = ((await json(request)) as Query).pagination;
  const results = Array.from({ length: Math.max(0, Math.min(limit, rows - offset)) }, (_, at) => toRow(offset + at));
  const body = JSON.stringify({ results, meta: { total_rows: rows }, query: {} });
  reply.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  reply.end(body, () => (ended = performance.now()));
}

function toRow(index: number): object {
  const path = `/${2020 + (index % 7)}/${index}${index % 10 === 8 ? '/überschrift,-mit-komma' : ''}`;
  return { metrics: [1 + (index % 977)], dimensions: ['news.example.com', path] };
}

server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
