import type { EmulatorRequest } from '../../server.ts';
import { BulkError } from '../errors.ts';
import { scanXml, XmlError } from '../xml/scan.ts';
import { XMLNS } from '../xml/write.ts';

/** The children of jobInfo in the schema's order, which a sequence-style parser insists on (WSC, JobInfo.writeFields). */
const ORDER = [
  'id', 'operation', 'object', 'createdById', 'createdDate', 'systemModstamp', 'state', 'externalIdFieldName',
  'concurrencyMode', 'contentType', 'numberBatchesQueued', 'numberBatchesInProgress', 'numberBatchesCompleted',
  'numberBatchesFailed', 'numberBatchesTotal', 'numberRecordsProcessed', 'numberRetries', 'apiVersion', 'assignmentRuleId',
  'numberRecordsFailed', 'totalProcessingTime', 'apiActiveProcessingTime', 'apexProcessingTime', 'fastPathEnabled',
]; // prettier-ignore

/** Reads a posted jobInfo. Its content type is checked first, then its XML, then its elements. */
export function readJobInfo(request: EmulatorRequest, strictOrder: boolean): ReadonlyMap<string, string> {
  requireXml(request);
  const elements = new Map<string, string>();
  const path: string[] = [];
  let text = '';
  try {
    scanXml(request.body.toString('utf8'), {
      open: (name, namespace) => {
        if (namespace !== XMLNS || (path.length === 0 && name !== 'jobInfo') || path.length > 1) throw unparsable();
        path.push(name);
        text = '';
      },
      text: (piece) => (text += piece),
      close: () => {
        const name = path.pop();
        if (name !== undefined && path.length === 1) elements.set(name, text.trim());
      },
    });
  } catch (cause) {
    if (cause instanceof XmlError) throw new BulkError('InvalidXML', `Failed to parse XML. ${cause.message}`);
    throw cause;
  }
  const places = [...elements.keys()].map((name) => ORDER.indexOf(name));
  if (places.includes(-1)) throw unparsable();
  if (strictOrder && places.some((place, index) => index > 0 && place < (places[index - 1] ?? 0))) throw unparsable();
  return elements;
}

/** An element the caller may not give: `CreatedById cannot be specified` (captured in forceworkbench#675). */
export function refuseElements(elements: ReadonlyMap<string, string>, allowed: readonly string[]): void {
  for (const name of elements.keys()) {
    if (allowed.includes(name)) continue;
    throw new BulkError('InvalidJob', `${name.charAt(0).toUpperCase()}${name.slice(1)} cannot be specified`);
  }
}

/** A captured refusal names the type it got; `text/xml` is one of those refused. */
function requireXml(request: EmulatorRequest): void {
  const type = mediaType(request);
  if (type !== 'application/xml') throw new BulkError('UnsupportedContentType', `Unsupported content type: ${type}`);
}

/** The media type without its parameters. */
export const mediaType = (request: EmulatorRequest): string =>
  (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

export const unparsable = (): BulkError => new BulkError('InvalidJob', 'Unable to parse Job');
