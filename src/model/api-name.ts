const API_NAME = /^[A-Za-z]\w*$/;

/** Names a record has keys of its own for, in XML or in JSON: no field of ours is called so. */
const RESERVED = /^(?:id|attributes)$/i;

/** Whether `name` can be the API name of an object or field: letters, digits and underscores, a letter first. */
export const isApiName = (name: string): boolean => API_NAME.test(name);

/** Whether `name` can be that of a field a run writes: an API name, but neither `Id` nor `attributes`. */
export const isFieldName = (name: string): boolean => API_NAME.test(name) && !RESERVED.test(name);
