/** Whether it looks like an id as the org gives it, 15 or 18 letters and digits; its checksum is not looked at. */
export const hasIdShape = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/.test(value);

/** Whether it is an id of a Bulk API job. */
export const isJobId = (value: unknown): value is string => hasIdShape(value) && value.startsWith('750');

/** Whether it is an id of a batch of such a job. */
export const isBatchId = (value: unknown): value is string => hasIdShape(value) && value.startsWith('751');

/** Whether two ids are those of one record: the last three of 18 characters are a checksum. */
export const isSameId = (one: string, other: string): boolean => one.slice(0, 15) === other.slice(0, 15);
