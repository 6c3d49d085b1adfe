import { fieldsOf, type Operation, type RunSettings } from '../model/run-facts.ts';
import { bulkTransport } from '../pipeline/bulk-transport.ts';
import { collectionsTransport } from '../pipeline/collections-transport.ts';
import type { Transport } from '../pipeline/transport.ts';
import { BulkClient } from '../salesforce/bulk-client.ts';
import { BATCH_CLOSE, BATCH_OPEN, writeRecord } from '../salesforce/bulk-xml.ts';
import { historyCollectionWriter, historyWriter } from '../salesforce/history-format.ts';
import { compressBody, type OrgSession } from '../salesforce/session.ts';
import { COLLECTION, CollectionsClient, recordWriter } from '../salesforce/sobject-collections.ts';

/**
 * Opens the transport for an operation according to the run's settings, so that it is the same when the run is resumed.
 * Only a run with a history has upserts.
 */
export function openTransport(session: OrgSession, settings: RunSettings, operation: Operation): Transport {
  const { api, history } = settings;
  if (operation === 'update') return updateTransport(session, settings);
  if (history === null) throw new TypeError('the run keeps no history');
  const { sobject, keyField } = history;
  if (api === 'rest') {
    const format = { ...COLLECTION, writeRecord: historyCollectionWriter(history), pack: compressBody };
    const what = { sobject, urlField: '', fields: [] };
    return collectionsTransport(new CollectionsClient(session, what, keyField), format);
  }
  const format = { open: BATCH_OPEN, close: BATCH_CLOSE, writeRecord: historyWriter(history), pack: compressBody };
  return bulkTransport(bulkOf(session, settings, operation), format);
}

function updateTransport(session: OrgSession, settings: RunSettings): Transport {
  const { api, sobject, urlField } = settings;
  if (api === 'rest') {
    const format = { ...COLLECTION, writeRecord: recordWriter(sobject), pack: compressBody };
    const what = { sobject, urlField, fields: fieldsOf(settings) };
    return collectionsTransport(new CollectionsClient(session, what), format);
  }
  const format = { open: BATCH_OPEN, close: BATCH_CLOSE, writeRecord, pack: compressBody };
  return bulkTransport(bulkOf(session, settings, 'update'), format);
}

/** The Bulk API client for the jobs of an operation. */
export function bulkOf(session: OrgSession, { sobject, history }: RunSettings, operation: Operation): BulkClient {
  if (operation === 'update' || history === null) return new BulkClient(session, sobject);
  return new BulkClient(session, history.sobject, { operation, externalIdField: history.keyField });
}
