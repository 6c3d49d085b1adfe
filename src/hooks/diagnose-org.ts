import { Messages, Org } from '@salesforce/core';
import { formatNumber } from '../model/format-number.ts';
import type { OrgLimits } from '../model/org-limits.ts';
import { BulkClient } from '../salesforce/bulk-client.ts';
import { checkFields, checkPublished, describeObject, type ObjectDescribe } from '../salesforce/describe.ts';
import { getLimits } from '../salesforce/limits.ts';
import { SalesforceApiError, toUserError } from '../salesforce/api-error.ts';
import type { OrgSession } from '../salesforce/session.ts';
import type { Settings } from '../settings/settings.ts';
import { toKnownError } from '../process/known-error.ts';
import { connectOrg } from '../process/open-org.ts';
import { type Diagnosis, pass, failedCheck } from './diagnosis.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'doctor');

/** The check warns below this share of the day's API requests. */
const LOW = 0.1;
/** An id that no job has. */
const NO_JOB = '750000000000000AAA';

/**
 * Checks the default org for a sync, with three read-only requests: remaining API requests, the object and its fields,
 * and access to the Bulk API. `sure` says that the settings name the object; the default object may be missing.
 */
export async function* diagnoseOrg(
  settings: Settings,
  sure: boolean,
  signal: AbortSignal,
): AsyncGenerator<Diagnosis, void, undefined> {
  let session: OrgSession;
  try {
    ({ session } = connectOrg(await Org.create({}), { apiVersion: undefined }));
  } catch (error) {
    return yield diagnoseNoOrg(error);
  }
  try {
    yield diagnoseLimits(await getLimits(session, signal));
  } catch (error) {
    return yield failedCheck(
      messages.getMessage('org.silent'),
      signal.aborted ? messages.getMessage('org.slow') : error,
    );
  }
  yield* diagnoseObject(session, settings, sure, signal);
  yield await diagnoseBulk(session, settings.sobject, signal);
}

function diagnoseNoOrg(error: unknown): Diagnosis {
  if (!(error instanceof Error) || error.name !== 'NoUsernameFoundError')
    return failedCheck(messages.getMessage('org.silent'), error);
  return { name: messages.getMessage('org.none'), status: 'unknown', suggestions: [messages.getMessage('org.choose')] };
}

function diagnoseLimits(limits: OrgLimits | null): Diagnosis {
  if (!limits?.apiRequests) return { name: messages.getMessage('org.quota'), status: 'unknown', suggestions: [] };
  const { remaining, max } = limits.apiRequests;
  const name = messages.getMessage('org', [formatNumber(remaining), formatNumber(max)]);
  if (remaining > max * LOW) return pass(name);
  return { name, status: remaining > 0 ? 'warn' : 'fail', suggestions: [messages.getMessage('org.low')] };
}

async function* diagnoseObject(
  session: OrgSession,
  settings: Settings,
  sure: boolean,
  signal: AbortSignal,
): AsyncGenerator<Diagnosis, void, undefined> {
  const { sobject, urlField, fields, stampField, publishedField } = settings;
  const name = messages.getMessage('object', [sobject, urlField]);
  let described: ObjectDescribe;
  try {
    described = await describeObject(session, sobject, signal);
  } catch (error) {
    return yield failedCheck(name, toKnownError(error), sure ? 'fail' : 'warn');
  }
  const wanted = { sobject, urlField, fields: {}, stampField: null, write: true };
  const check = (title: string, test: () => unknown): Diagnosis => {
    try {
      test();
      return pass(title);
    } catch (error) {
      return failedCheck(title, error);
    }
  };
  const isSound = check(name, () => checkFields(described, wanted));
  yield isSound;
  // The remaining checks would fail for the same reason.
  if (isSound.status !== 'pass') return;
  for (const [service, field] of Object.entries(fields)) {
    const title = messages.getMessage('field', [field, service]);
    yield check(title, () => checkFields(described, { ...wanted, fields: { [service]: field } }));
  }
  if (stampField !== null) {
    yield check(messages.getMessage('stamp', [stampField]), () => checkFields(described, { ...wanted, stampField }));
  }
  if (publishedField !== null) {
    yield check(messages.getMessage('published', [publishedField]), () => checkPublished(described, publishedField));
  }
}

/**
 * Asks for a job that doesn't exist: without the permission, the Bulk API refuses that first (Bulk API Developer Guide,
 * "Errors").
 */
async function diagnoseBulk(session: OrgSession, sobject: string, signal: AbortSignal): Promise<Diagnosis> {
  const name = messages.getMessage('bulk');
  try {
    await new BulkClient(session, sobject).getJob(NO_JOB, signal);
    return pass(name);
  } catch (error) {
    if (!(error instanceof SalesforceApiError)) return failedCheck(name, error, 'unknown');
    if (error.code === 'InvalidJob') return pass(name);
    const known = toUserError(error);
    if (known.name !== 'OrgRefusedError') return failedCheck(name, known);
    const suggestion = messages.getMessage('bulk.unsure', [error.code, error.message]);
    return { name, status: 'unknown', suggestions: [suggestion] };
  }
}
