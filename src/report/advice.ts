/** What to do about rows the org refused, by status code (SOAP API Developer Guide, "StatusCode"). */
const ADVICE: Readonly<Record<string, string>> = {
  UNABLE_TO_LOCK_ROW:
    'Somebody else was writing to the records, and three more tries met a lock again. Run sync again later, or with --serial.',
  INSUFFICIENT_ACCESS_OR_READONLY:
    'You may not edit these records. Ask for edit access by sharing, or leave them out with --where.',
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY:
    'You may not use a record these ones refer to, such as their owner. Ask for access to it.',
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:
    'A trigger or flow failed while the records were saved. Show the message to whoever looks after it.',
  CANNOT_EXECUTE_FLOW_TRIGGER:
    'A flow failed while the records were saved. Show the message to whoever looks after it.',
  FIELD_CUSTOM_VALIDATION_EXCEPTION:
    'A validation rule refuses the records. Correct them, or let the rule leave updates of counts alone, and run sync again.',
  FIELD_FILTER_VALIDATION_EXCEPTION: 'A lookup filter refuses the records. Correct them and run sync again.',
  REQUIRED_FIELD_MISSING: 'A required field of the records is empty. Fill it in and run sync again.',
  ENTITY_IS_DELETED: 'The records were deleted after they were read. Nothing is to be done.',
  INVALID_CROSS_REFERENCE_KEY: 'The records are gone, or out of your reach. Run sync again to see what is left.',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'A field cannot be written. Look at its field-level security and at its type.',
  INVALID_FIELD: 'A field is missing or hidden from you. Look at its name and at its field-level security.',
  OUTCOME_UNKNOWN:
    'The answer of the org got lost, and somebody changed the records about then. Run sync again to compare them anew.',
  NUMBER_OUTSIDE_VALID_RANGE: 'A count has more digits than its field takes. Give the field a greater length.',
  INVALID_TYPE_ON_FIELD_IN_RECORD: 'A field cannot hold a number. Map the service to a number field.',
  ENTITY_IS_LOCKED: 'An approval process has locked the records. Run sync again once they are released.',
  TRANSFER_REQUIRES_READ: 'The owner of the records may not read them. Correct the sharing or the owner.',
  STORAGE_LIMIT_EXCEEDED: 'The org has no storage left. Free some and run sync again.',
  REQUEST_LIMIT_EXCEEDED: 'The org had no API requests left. Run sync again when it has.',
  DUPLICATES_DETECTED: 'A duplicate rule blocks the records. Merge them, or let the rule only report.',
  DUPLICATE_VALUE: 'Another record has the same value in a unique field. Correct one of them.',
};

/** What to do about rows refused with a status code. */
export function adviceOn(statusCode: string): string {
  return ADVICE[statusCode] ?? 'The message says what the org objects to. Correct it and run sync again.';
}
