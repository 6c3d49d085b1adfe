import { readJobInfo, refuseElements, unparsable } from '../bulk/read-job.ts';
import { jobInfo } from '../bulk/info.ts';
import { isKey } from '../data/upsert-row.ts';
import type { Job } from '../bulk/job.ts';
import type { Call } from '../call.ts';
import { BulkError } from '../errors.ts';
import { xml } from '../replies.ts';
import type { EmulatorReply } from '../../server.ts';

const OPERATIONS = ['insert', 'update', 'upsert', 'delete', 'hardDelete', 'query', 'queryAll'];
const NOT_EMULATED = ['hardDelete'];
const CONTENT_TYPES = ['XML', 'CSV', 'JSON', 'ZIP_XML', 'ZIP_CSV', 'ZIP_JSON'];
const ALLOWED = ['operation', 'object', 'externalIdFieldName', 'concurrencyMode', 'contentType', 'assignmentRuleId'];

/** POST job (Bulk API guide, "Create a Job"). Enumerations are case-sensitive; `201` with the whole jobInfo. */
export function createJob({ state, request, version }: Call): EmulatorReply {
  const given = readJobInfo(request, state.settings.strictOrder);
  refuseElements(given, ALLOWED);
  const operation = given.get('operation') ?? '';
  const concurrencyMode = given.get('concurrencyMode') ?? 'Parallel';
  const contentType = given.get('contentType') ?? 'XML';
  const externalId = given.get('externalIdFieldName');
  if (!OPERATIONS.includes(operation)) throw unparsable();
  if (concurrencyMode !== 'Parallel' && concurrencyMode !== 'Serial') throw unparsable();
  if (!CONTENT_TYPES.includes(contentType)) throw unparsable();
  const object = given.get('object') ?? '';
  const schema = state.table(object)?.schema;
  if (!schema) throw new BulkError('InvalidJob', `Unable to find object: ${object}`);
  if (!schema.bulk) throw new BulkError('InvalidEntity', `Entity '${schema.name}' is not supported by the Bulk API.`);
  if (operation === 'upsert' && externalId === undefined) {
    const message = `External ID was blank for ${schema.name}. An External ID must be specified for upsert.`;
    throw new BulkError('InvalidJob', message);
  }
  if (operation !== 'upsert' && externalId !== undefined) {
    throw new BulkError('InvalidJob', 'External ID field may only be specified for upsert');
  }
  if (externalId !== undefined && !isKey(schema.field(externalId))) {
    const message = `Field name provided, ${externalId} does not match an External ID, Salesforce Id, or indexed field for ${schema.name}`;
    throw new BulkError('InvalidJob', message);
  }
  if (NOT_EMULATED.includes(operation)) throw new BulkError('FeatureNotEnabled', `The emulator does not ${operation}`);
  if (contentType !== 'XML' && contentType !== 'CSV') {
    throw new BulkError('FeatureNotEnabled', `The emulator does not process ${contentType}`);
  }
  const stamp = state.stamp();
  const job: Job = {
    id: state.ids.next('750'),
    api: 'v1',
    operation,
    schema,
    createdById: state.userId,
    createdDate: stamp,
    systemModstamp: stamp,
    state: 'Open',
    externalIdFieldName: externalId,
    concurrencyMode,
    contentType,
    apiVersion: version,
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    batches: [],
  };
  state.jobs.add(job);
  return xml(jobInfo(job), 201);
}
