/** A refusal of the REST API: `[{"message", "errorCode", "fields"?}]` with an HTTP status. */
export class RestError extends Error {
  public readonly status: number;
  public readonly errorCode: string;
  public readonly fields: readonly string[] | undefined;

  public constructor(status: number, errorCode: string, message: string, fields?: readonly string[]) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.fields = fields;
  }
}

/** A refusal of the Bulk API: `<error>` with an exceptionCode, nearly always HTTP 400 (Bulk API guide, "Errors"). */
export class BulkError extends Error {
  public readonly exceptionCode: string;
  public readonly status: number;

  public constructor(exceptionCode: string, message: string, status = 400) {
    super(message);
    this.exceptionCode = exceptionCode;
    this.status = status;
  }
}

/** Why a batch becomes Failed; `stateMessage` reads `<ExceptionCode> : <text>`. */
export class BatchError extends Error {
  public constructor(exceptionCode: string, text: string) {
    super(`${exceptionCode} : ${text}`);
  }
}

/** The REST answer for an unknown resource. */
export const notFound = (): RestError => new RestError(404, 'NOT_FOUND', 'The requested resource does not exist');
