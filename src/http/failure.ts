/**
 * An HTTP request that brought no reply. `reached` is false when it surely never arrived (name not found, connection
 * refused, TLS refused), so that sending it again is safe; true means nobody knows what the server did with it.
 */
export class HttpFailure extends Error {
  public override readonly name = 'HttpFailure';
  public readonly code: string;
  public readonly reached: boolean;

  public constructor(message: string, options: { code: string; reached: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.reached = options.reached;
  }
}
