import { fieldsOf, type RunSettings } from '../model/run-facts.ts';
import { bulkTransport } from '../pipeline/bulk-transport.ts';
import { collectionsTransport } from '../pipeline/collections-transport.ts';
import type { Transport } from '../pipeline/transport.ts';
import { BulkClient } from '../salesforce/bulk-client.ts';
import { BATCH_CLOSE, BATCH_OPEN, writeRecord } from '../salesforce/bulk-xml.ts';
import { compressBody, type OrgSession } from '../salesforce/session.ts';
import { COLLECTION, CollectionsClient, recordWriter } from '../salesforce/sobject-collections.ts';

/** The way the changes of a run travel: as its settings say, so that it is the same when the run is taken up. */
export function openTransport(session: OrgSession, settings: RunSettings): Transport {
  const { api, sobject, urlField } = settings;
  if (api === 'rest') {
    const format = { ...COLLECTION, writeRecord: recordWriter(sobject), pack: compressBody };
    return collectionsTransport(
      new CollectionsClient(session, { sobject, urlField, fields: fieldsOf(settings) }),
      format,
    );
  }
  const format = { open: BATCH_OPEN, close: BATCH_CLOSE, writeRecord, pack: compressBody };
  return bulkTransport(new BulkClient(session, sobject), format);
}
