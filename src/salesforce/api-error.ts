import type { SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import { secrets } from '../model/redactor.ts';

/**
 * The org's refusal of a request: its code, as REST (`INVALID_FIELD`) or Bulk (`InvalidJob`) spells it, and its
 * message.
 */
export class SalesforceApiError extends Error {
  public override readonly name = 'SalesforceApiError';
  public readonly status: number;
  public readonly code: string;
  public readonly request: string;

  public constructor(request: string, status: number, code: string, message: string) {
    super(secrets.redactMessage(message));
    this.request = request;
    this.status = status;
    this.code = secrets.redactMessage(code);
  }
}

/** Codes for an exhausted allocation: requests fail until it recovers. */
const QUOTA_CODES = new Set(['ExceededQuota', 'REQUEST_LIMIT_EXCEEDED']);

/**
 * Whether a refusal passes within seconds: too many requests were in progress (Limits Quick Reference, "Concurrent API
 * Request Limits"). Nothing was done.
 */
export const isPassing = ({ code, message }: SalesforceApiError): boolean =>
  QUOTA_CODES.has(code) && /^Concurrent/.test(message);

/** The error shown for a refusal that no caller explains better. */
export function toUserError(refusal: SalesforceApiError): SfError {
  if (isPassing(refusal)) return bylineError('orgBusy', [refusal.code, refusal.message], { cause: refusal });
  if (QUOTA_CODES.has(refusal.code)) {
    return bylineError('quotaExceeded', [refusal.code, refusal.message], { cause: refusal });
  }
  switch (refusal.code) {
    case 'InvalidJobState':
      return bylineError('jobNotOpen', [refusal.message], { cause: refusal });
    case 'InvalidEntity':
    case 'FeatureNotEnabled':
    case 'InvalidUser':
      return bylineError('bulkNotAllowed', [refusal.code, refusal.message], { cause: refusal });
    case 'InvalidVersion':
    case 'UNSUPPORTED_API_VERSION':
      return bylineError('apiVersionRefused', [refusal.message], { cause: refusal });
    case 'URL_NOT_RESET':
      return bylineError('orgAddressWrong', [refusal.message], { cause: refusal });
    case 'QUERY_TIMEOUT':
      return bylineError('queryTimeout', [refusal.message], { cause: refusal });
    default:
      return bylineError('orgRefused', [refusal.request, refusal.code, refusal.message], { cause: refusal });
  }
}
