export type Limit = { readonly max: number; readonly remaining: number };

/** What the org has left today of what a run takes; `null` is not known. */
export type OrgLimits = {
  readonly apiRequests: Limit | null;
  readonly batches: Limit | null;
  /** Data storage, in megabytes. */
  readonly storage: Limit | null;
};
