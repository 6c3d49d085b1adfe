/** Whether it has the form of an id: 15 or 18 letters and digits. The checksum isn't verified. */
export const hasIdShape = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/.test(value);

export const isJobId = (value: unknown): value is string => hasIdShape(value) && value.startsWith('750');

export const isBatchId = (value: unknown): value is string => hasIdShape(value) && value.startsWith('751');

/** Whether two ids name the same record: the last three of 18 characters are a checksum. */
export const isSameId = (one: string, other: string): boolean => one.slice(0, 15) === other.slice(0, 15);
