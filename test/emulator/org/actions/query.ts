import type { EmulatorReply } from '../../server.ts';
import type { Call } from '../call.ts';
import { RestError } from '../errors.ts';
import { json } from '../replies.ts';
import { runQuery, type RowsResult } from '../soql/query.ts';
import type { Cursor } from '../soql/cursors.ts';
import { queryColumns } from './query-columns.ts';
import { recordJson } from '../soql/record-json.ts';

const [LEAST, MOST] = [200, 2000];

/** GET query?q=: the first page; `nextRecordsUrl` while there are more (REST guide, "Query"). Its locator begins with `0r8` (recorded; `01g` in the guide). */
export function query(call: Call): EmulatorReply {
  const { state, request, version } = call;
  const result = runQuery(state, request.query.get('q') ?? '');
  if (request.query.get('columns') === 'true') return queryColumns(result);
  switch (result.kind) {
    case 'count':
      return json({ totalSize: result.count, done: true, records: [] });
    case 'aggregate':
      return json({
        totalSize: 1,
        done: true,
        records: [{ attributes: { type: 'AggregateResult' }, [result.name]: result.count }],
      });
    case 'rows': {
      const size = Math.min(state.settings.pageSize, requestedSize(call));
      const id = state.ids.next('0r8');
      const cursor: Cursor = { result, rows: result.rows, size };
      if (result.rows.length > size) state.cursors.add(id, cursor);
      return page(cursor, id, 0, version);
    }
  }
}

/** GET query/{locator}-{offset}: a further page. */
export function queryMore({ state, params: [locator = '', offset = '0'], version }: Call): EmulatorReply {
  const cursor = state.cursors.get(locator);
  const from = Number(offset);
  if (!cursor || from >= cursor.rows.length) throw new RestError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
  return page(cursor, locator, from, version);
}

/** Pages are 200 to 2000 records, 2000 unless the client asks for fewer. */
function requestedSize({ request }: Call): number {
  const asked = /batchSize\s*=\s*(\d+)/i.exec(String(request.headers['sforce-query-options'] ?? ''))?.[1];
  return asked === undefined ? MOST : Math.min(MOST, Math.max(LEAST, Number(asked)));
}

function page({ result, rows, size }: Cursor, id: string, from: number, version: string): EmulatorReply {
  const to = from + size;
  const done = to >= rows.length;
  const next = done ? '' : `,"nextRecordsUrl":"/services/data/v${version}/query/${id}-${to}"`;
  const { table, fields }: RowsResult = result;
  const records = rows.slice(from, to).map((row) => recordJson(table, row, fields, version));
  return json(`{"totalSize":${rows.length},"done":${done}${next},"records":[${records.join(',')}]}`);
}
