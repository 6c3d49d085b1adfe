/** What the org has left today of what a run takes. */
export type OrgLimits = {
  readonly apiRequests: { readonly max: number; readonly remaining: number };
  readonly batches: { readonly max: number; readonly remaining: number };
};
