const API_NAME = /^[A-Za-z]\w*$/;

/** Names that XML or JSON records reserve. */
const RESERVED = /^(?:id|attributes)$/i;

/** Whether `name` can be the API name of an object or field: letters, digits, and underscores, a letter first. */
export const isApiName = (name: string): boolean => API_NAME.test(name);

/** Whether `name` can be a field that a run writes: an API name other than `Id` and `attributes`. */
export const isFieldName = (name: string): boolean => API_NAME.test(name) && !RESERVED.test(name);
