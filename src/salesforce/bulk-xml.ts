import type { Change, FieldValue } from '../model/change.ts';
import { fieldName, objectName } from './soql-names.ts';
import type { ConcurrencyMode } from '../model/run-facts.ts';
import type { BatchInfo, RowResult } from '../model/bulk.ts';
import { isBatchId, isJobId, hasIdShape } from '../model/ids.ts';
import { unescaped } from './page-text.ts';
import { XMLParser } from './xml-parser.ts';

const NAMESPACE = 'http://www.force.com/2009/06/asyncapi/dataload';
const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>';

/** The envelope of an XML batch (Bulk API Developer Guide, "Prepare XML Files"). */
export const BATCH_OPEN = `${PROLOG}<sObjects xmlns="${NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`;
export const BATCH_CLOSE = '</sObjects>';

/** The kinds of jobs this plugin creates. An upsert identifies rows by an external id. */
export type JobKind =
  { readonly operation: 'update' | 'query' } | { readonly operation: 'upsert'; readonly externalIdField: string };

/** The body that creates a job, its elements in the order of the schema. Only queries use CSV. */
export function writeNewJob(object: string, mode: ConcurrencyMode, kind: JobKind = { operation: 'update' }): string {
  const { operation } = kind;
  const key =
    kind.operation === 'upsert' ? `<externalIdFieldName>${fieldName(kind.externalIdField)}</externalIdFieldName>` : '';
  return (
    `${PROLOG}<jobInfo xmlns="${NAMESPACE}"><operation>${operation}</operation><object>${objectName(object)}</object>` +
    `${key}<concurrencyMode>${mode}</concurrencyMode><contentType>${operation === 'query' ? 'CSV' : 'XML'}</contentType></jobInfo>`
  );
}

/** The body that closes or aborts a job; it may only hold the state. */
export const writeJobState = (state: 'Closed' | 'Aborted'): string =>
  `${PROLOG}<jobInfo xmlns="${NAMESPACE}"><state>${state}</state></jobInfo>`;

/** One record of an update batch: its Id and new values. Not indented, because white space is data. */
export function writeRecord(change: Change): string {
  let xml = `<sObject><Id>${escapeXml(change.id)}</Id>`;
  for (const name in change.fields) xml += writeField(name, change.fields[name]![1]);
  return `${xml}</sObject>`;
}

/** A field of a record; its element is nil if the field is cleared. */
export function writeField(field: string, value: FieldValue): string {
  const name = fieldName(field);
  if (value === null) return `<${name} xsi:nil="true"/>`;
  return `<${name}>${typeof value === 'number' ? String(value) : escapeXml(value)}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};

/** Text that needs no escaping, such as an Id or a date. */
const PLAIN = /^[\w .:+-]*$/;
/** Characters that XML 1.0 doesn't allow, even as references. */
const ILLEGAL =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** `text` as element content or attribute value, without characters that XML 1.0 doesn't allow. */
export function escapeXml(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(ILLEGAL, '').replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? character);
}

/** Elements that may be repeated. Values stay strings, because ids aren't numbers. */
const REPEATED = new Set([
  'batchInfoList.batchInfo',
  'results.result',
  'results.result.errors',
  'results.result.errors.fields',
  'result-list.result',
]);
const AS_IT_IS = {
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  // Includes numeric references: Salesforce sometimes writes an apostrophe as &#39;.
  htmlEntities: true,
};
const parser = new XMLParser({
  ...AS_IT_IS,
  removeNSPrefix: true,
  isArray: (_name, path) => REPEATED.has(String(path)),
});

type Node = Readonly<Record<string, unknown>>;

/** Parses a document and checks its root element. Throws a SyntaxError if it isn't XML or has another root. */
function readRoot(xml: string, root: string): Node {
  const document = parser.parse(xml, true) as Node;
  if (!Object.hasOwn(document, root)) {
    throw new SyntaxError(`<${root}> expected, <${Object.keys(document)[0] ?? 'nothing'}> found`);
  }
  const node = document[root];
  // The parser returns an empty string for an element without children.
  return typeof node === 'object' && node !== null ? (node as Node) : {};
}

const textOf = (node: Node, name: string): string => (typeof node[name] === 'string' ? node[name] : '');
/** Text for users; the org escapes some of it twice (forcedotcom/wsc 173). */
const wordsOf = (node: Node, name: string): string => unescaped(textOf(node, name));
/** An id becomes part of later request paths, so it is validated. */
function idOf(node: Node, isId: (value: unknown) => boolean): string {
  const id = textOf(node, 'id');
  if (!isId(id)) throw new SyntaxError(`no id: "${id.slice(0, 20)}"`);
  return id;
}
const numberOf = (node: Node, name: string): number => Number(textOf(node, name)) || 0;
const listOf = (node: Node, name: string): readonly unknown[] => (node[name] as readonly unknown[] | undefined) ?? [];
const nodesOf = (node: Node, name: string): readonly Node[] =>
  listOf(node, name).map((child) => (typeof child === 'object' && child !== null ? (child as Node) : {}));

export type JobInfo = {
  readonly id: string;
  readonly state: string;
  readonly batches: number;
  readonly object: string;
  readonly operation: string;
  readonly contentType: string;
  readonly concurrencyMode: string;
};

/** Reads a `jobInfo` reply. */
export function readJobInfo(xml: string): JobInfo {
  const node = readRoot(xml, 'jobInfo');
  return {
    id: idOf(node, isJobId),
    state: textOf(node, 'state'),
    batches: numberOf(node, 'numberBatchesTotal'),
    object: textOf(node, 'object'),
    operation: textOf(node, 'operation'),
    contentType: textOf(node, 'contentType'),
    concurrencyMode: textOf(node, 'concurrencyMode'),
  };
}

/** Reads a `batchInfo` reply. */
export const readBatchInfo = (xml: string): BatchInfo => toBatchInfo(readRoot(xml, 'batchInfo'));

/** Reads a `batchInfoList` reply; empty for a job without batches. */
export const readBatchInfoList = (xml: string): BatchInfo[] =>
  nodesOf(readRoot(xml, 'batchInfoList'), 'batchInfo').map(toBatchInfo);

function toBatchInfo(node: Node): BatchInfo {
  return {
    id: idOf(node, isBatchId),
    state: textOf(node, 'state'),
    stateMessage: wordsOf(node, 'stateMessage') || null,
    recordsProcessed: numberOf(node, 'numberRecordsProcessed'),
    recordsFailed: numberOf(node, 'numberRecordsFailed'),
  };
}

/** The result of a row that was written, in any layout. */
const WRITTEN =
  /<result>\s*(?:<id>(\w*)<\/id>\s*)?<success>true<\/success>\s*<created>(?:true|false)<\/created>\s*<\/result>/;
const writtenRow = (id: string): RowResult => ({ ...named(id), ...WRITTEN_ROW });
const WRITTEN_ROW = { success: true, statusCode: '', message: '', fields: [] } as const;
const named = (id: string): { id?: string } => (id === '' ? {} : { id });

/**
 * Reads the results of an ingest batch, in the order of its records. For a row with several errors, the first is kept.
 * Rows that were written are matched as text, and only the others are parsed: if a hundredth of the rows is refused,
 * that takes an eighth of the time.
 */
export function readResults(xml: string): RowResult[] {
  // The content of a comment or a CDATA section may look like a row.
  const split = xml.includes('<!') ? [xml] : xml.split(WRITTEN);
  // Between the chunks are the ids of the rows that were written.
  const pieces = split.filter((_, index) => index % 2 === 0);
  const others = parseResults(pieces.join(''));
  const counts = pieces.map((piece) => piece.split('</result>').length - 1);
  if (counts.reduce((sum, count) => sum + count) !== others.length) return parseResults(xml);
  let at = 0;
  return counts.flatMap((count, index) => {
    const rows = others.slice(at, (at += count));
    return index === 0 ? rows : [writtenRow(split[2 * index - 1] ?? ''), ...rows];
  });
}

function parseResults(xml: string): RowResult[] {
  return nodesOf(readRoot(xml, 'results'), 'result').map((node) => {
    const error = nodesOf(node, 'errors')[0] ?? {};
    return {
      ...named(textOf(node, 'id')),
      success: textOf(node, 'success') === 'true',
      statusCode: textOf(error, 'statusCode'),
      message: wordsOf(error, 'message'),
      fields: listOf(error, 'fields').filter((field): field is string => typeof field === 'string'),
    };
  });
}

/** Reads the `result-list` of a query batch: the ids of its files. */
export function readResultList(xml: string): readonly string[] {
  const ids = listOf(readRoot(xml, 'result-list'), 'result');
  if (!ids.every(hasIdShape)) throw new SyntaxError('what is listed are no ids');
  if (new Set(ids).size < ids.length) throw new SyntaxError('the same id twice');
  return ids;
}

/** Reads an `error` reply; `undefined` for any other body. */
export function readError(body: string): { code: string; message: string } | undefined {
  try {
    const node = readRoot(body, 'error');
    return { code: textOf(node, 'exceptionCode'), message: wordsOf(node, 'exceptionMessage') };
  } catch {
    return undefined;
  }
}

/**
 * The ids in a batch body, in order, from the element `field`. Throws a SyntaxError for an invalid one, which would be
 * mistaken for another batch.
 */
export function readRequestIds(xml: string, field = 'Id'): string[] {
  if (!/^[^]{0,200}<sObjects[\s>]/.test(xml) || !xml.trimEnd().endsWith('</sObjects>')) {
    throw new SyntaxError('<sObjects> expected');
  }
  return [...xml.matchAll(new RegExp(`<${field}>([^<]*)</${field}>`, 'g'))].map((match) => match[1] ?? '');
}

/** The records in a batch body, in order: Ids and new values. Throws a SyntaxError for an invalid one. */
export function readRequestRecords(xml: string): { id: string; fields: Record<string, FieldValue> }[] {
  const document = requestParser.parse(xml, true) as Node;
  if (!Object.hasOwn(document, 'sObjects')) throw new SyntaxError('<sObjects> expected');
  return nodesOf(document, 'sObjects')
    .flatMap((envelope) => nodesOf(envelope, 'sObject'))
    .map(({ Id, ...fields }) => ({
      id: String(Id),
      fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, toValue(value)])),
    }));
}

const requestParser = new XMLParser({
  ...AS_IT_IS,
  isArray: (_name, path) => path === 'sObjects' || path === 'sObjects.sObject',
});

/** An element without content is null: the batches of this plugin have no other empty elements. */
function toValue(text: unknown): FieldValue {
  if (typeof text !== 'string' || text === '') return null;
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
