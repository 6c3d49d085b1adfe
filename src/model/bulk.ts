/**
 * A batch as the org describes it. `state` is Queued, InProgress, Completed, Failed, or NotProcessed, as in the XML.
 */
export type BatchInfo = {
  readonly id: string;
  readonly state: string;
  readonly stateMessage: string | null;
  readonly recordsProcessed: number;
  readonly recordsFailed: number;
};

/** Whether the batch's state is final. */
export function isFinal(info: BatchInfo): boolean {
  switch (info.state) {
    case 'Completed':
    case 'Failed':
    case 'NotProcessed':
    // Some pages of the documentation spell it this way.
    case 'Not Processed':
      return true;
    default:
      return false;
  }
}

/** How this plugin ends a job. The state of a job never says that it is complete. */
export type JobEnd = 'Closed' | 'Aborted';

/** The org's result for one row, in the order of the batch. */
export type RowResult = {
  /** The record id, if the org names it. It doesn't for refused rows. */
  readonly id?: string;
  readonly success: boolean;
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
};

/**
 * The answer to a request that changes something: the new id, or `outcomeUnknown` with the reason if it is unknown
 * whether the org processed it. A refusal is an error instead.
 */
export type Answer = { readonly id: string } | { readonly outcomeUnknown: string };
