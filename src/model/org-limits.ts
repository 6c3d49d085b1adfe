export type Limit = { readonly max: number; readonly remaining: number };

/** What the org has left today of the limits a run uses; `null` if unknown. */
export type OrgLimits = {
  readonly apiRequests: Limit | null;
  readonly batches: Limit | null;
  /** Data storage, in megabytes. */
  readonly storage: Limit | null;
};
