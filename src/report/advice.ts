/** What to do about rows the org refused, by status code (SOAP API Developer Guide, "StatusCode"). */
const ADVICE: Readonly<Record<string, string>> = {
  UNABLE_TO_LOCK_ROW:
    'Another process was locking the records, and three retries failed. Run sync again later, or with --serial.',
  INSUFFICIENT_ACCESS_OR_READONLY:
    "You don't have edit access to these records. Ask for it, or exclude the records with --where.",
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY:
    "You don't have access to a record these ones refer to, such as their owner. Ask for access to it.",
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:
    'A trigger or flow failed while the records were saved. Show the message to its owner.',
  CANNOT_EXECUTE_FLOW_TRIGGER: 'A flow failed while the records were saved. Show the message to its owner.',
  FIELD_CUSTOM_VALIDATION_EXCEPTION:
    'A validation rule refuses the records. Correct them, or exempt updates of counts from the rule, and run sync again.',
  FIELD_FILTER_VALIDATION_EXCEPTION: 'A lookup filter refuses the records. Correct them and run sync again.',
  REQUIRED_FIELD_MISSING: 'A required field of the records is empty. Fill it in and run sync again.',
  ENTITY_IS_DELETED: 'The records were deleted after they were read. No action is needed.',
  INVALID_CROSS_REFERENCE_KEY: "The records were deleted, or you don't have access to them. Run sync again.",
  INVALID_FIELD_FOR_INSERT_UPDATE: "A field can't be written. Check its field-level security and its type.",
  INVALID_FIELD: 'A field is missing or hidden from you. Check its name and its field-level security.',
  OUTCOME_UNKNOWN:
    "The org's answer was lost, and the records changed at about that time. Run sync again to compare them.",
  NUMBER_OUTSIDE_VALID_RANGE: 'A count has more digits than its field holds. Increase the length of the field.',
  INVALID_TYPE_ON_FIELD_IN_RECORD: "A field can't hold a number. Map the service to a number field.",
  ENTITY_IS_LOCKED: 'An approval process has locked the records. Run sync again when they are unlocked.',
  TRANSFER_REQUIRES_READ:
    "The owner of the records doesn't have read access to them. Correct the sharing or the owner.",
  STORAGE_LIMIT_EXCEEDED: 'The org has no storage left. Free some and run sync again.',
  REQUEST_LIMIT_EXCEEDED: 'The org has no API requests left. Run sync again when it does.',
  DUPLICATES_DETECTED: 'A duplicate rule blocks the records. Merge them, or set the rule to only report.',
  DUPLICATE_VALUE: 'Another record has the same value in a unique field. Correct one of them.',
};

/** What to do about rows refused with a status code. */
export function adviceOn(statusCode: string): string {
  return ADVICE[statusCode] ?? 'Correct what the message says, and run sync again.';
}
