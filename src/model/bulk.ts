/** A batch as the org describes it; `state` as the XML spells it: Queued, InProgress, Completed, Failed, NotProcessed. */
export type BatchInfo = {
  readonly id: string;
  readonly state: string;
  readonly stateMessage: string | null;
  readonly recordsProcessed: number;
  readonly recordsFailed: number;
};

/** The states a batch does not leave any more. */
export function isFinal(info: BatchInfo): boolean {
  switch (info.state) {
    case 'Completed':
    case 'Failed':
    case 'NotProcessed':
    // Some pages of the documentation spell the state this way.
    case 'Not Processed':
      return true;
    default:
      return false;
  }
}

/** How a job ends; a job of this API is never complete. */
export type JobEnd = 'Closed' | 'Aborted';

/** What the org says of one row, in the order of the batch. */
export type RowResult = {
  /** The record's, as far as the org names it: of a row it refused it does not. */
  readonly id?: string;
  readonly success: boolean;
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
};

/**
 * The answer to a request that changes something: the new id, or `outcomeUnknown` with the reason if nobody knows whether the
 * org did it. A refusal by the org is an error.
 */
export type Answer = { readonly id: string } | { readonly outcomeUnknown: string };
