import { BYLINE, BYLINE_COUNT } from './data/objects.ts';
import type { ObjectSpec } from './data/schema.ts';

/** The platform's limits for Bulk API v1 (Limits & Allocations cheat sheet, v67; the byte limit as the server's message has it). */
export type Limits = {
  readonly recordsPerBatch: number;
  readonly bytesPerBatch: number;
  readonly batchesPerDay: number;
  readonly charactersPerRecord: number;
  readonly charactersPerField: number;
  readonly fieldsPerRecord: number;
  readonly recordsPerChunk: number;
  readonly collectionRecords: number;
  readonly uriBytes: number;
  readonly openCursors: number;
  /** Ids in one request for records by their ids. */
  readonly retrieveIds: number;
  /** Rows of a result file of a bulk query; the platform begins a new file at 1 GB. */
  readonly recordsPerQueryFile: number;
};

const LIMITS: Limits = {
  recordsPerBatch: 10_000,
  bytesPerBatch: 10_000_000,
  batchesPerDay: 15_000,
  charactersPerRecord: 400_000,
  charactersPerField: 131_072,
  fieldsPerRecord: 5_000,
  recordsPerChunk: 200,
  collectionRecords: 200,
  uriBytes: 16_384,
  openCursors: 50,
  retrieveIds: 2_000,
  recordsPerQueryFile: Infinity,
};

export type OrgOptions = {
  readonly port?: number;
  /** Added to every answer. */
  readonly latencyMs?: number;
  readonly objects?: readonly ObjectSpec[];
  /** How long a batch stays Queued and InProgress, half each; 0 = processed before its state is next read. */
  readonly batchMs?: number;
  /** All jobs process one batch after another, as if each were Serial. */
  readonly serialProcessing?: boolean;
  /** API requests in 24 hours. */
  readonly apiMax?: number;
  /** Megabytes of data storage; a record takes 2 KB of it. */
  readonly storageMb?: number;
  /** Records in a page of query results. */
  readonly pageSize?: number;
  /** A jobInfo whose elements are out of the schema's order is refused. */
  readonly strictOrder?: boolean;
  readonly limits?: Partial<Limits>;
  /** Newer API versions give the id of a failed row too; clients may not depend on either. */
  readonly idOnFailedRows?: boolean;
  /** Batch bodies stay readable under `/request`; off for large runs. */
  readonly keepBodies?: boolean;
  /** A value of the wrong type in an XML batch: fails its row, or the whole batch (seen for JSON batches). */
  readonly wrongType?: 'row' | 'batch';
  /** Every answer tells an allocation of the connected app, too. */
  readonly perAppUsage?: boolean;
  readonly username?: string;
  readonly orgId?: string;
  readonly now?: () => Date;
};

export type Settings = Required<Omit<OrgOptions, 'limits' | 'orgId'>> & {
  readonly limits: Limits;
  readonly orgId: string | undefined;
};

/** The options, completed. */
export function settle(options: OrgOptions): Settings {
  return {
    port: 0,
    latencyMs: 0,
    objects: [BYLINE, BYLINE_COUNT],
    batchMs: 0,
    serialProcessing: false,
    apiMax: 15_000,
    storageMb: 10_240,
    pageSize: 2_000,
    strictOrder: true,
    idOnFailedRows: false,
    keepBodies: true,
    wrongType: 'row',
    perAppUsage: false,
    username: 'editor@byline.example',
    orgId: undefined,
    now: () => new Date(),
    ...options,
    limits: { ...LIMITS, ...options.limits },
  };
}
