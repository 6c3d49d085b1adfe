/**
 * An HTTP request that brought no reply. `reached` is false when it surely never arrived (name not found, connection
 * refused, TLS refused), so that sending it again is safe; true means nobody knows what the server did with it.
 */
export class HttpFailure extends Error {
  public override readonly name = 'HttpFailure';
  public readonly code: string;
  /** What went wrong, without the method and address that begin the message. */
  public readonly reason: string;
  public readonly reached: boolean;
  /** Another try would end the same way: a certificate that is not trusted, a proxy that wants a password, a download that is too large. */
  public readonly final: boolean;

  public constructor(
    what: string,
    reason: string,
    options: { code: string; reached: boolean; final?: boolean; cause?: unknown },
  ) {
    super(`${what}: ${reason}`, { cause: options.cause });
    this.reason = reason;
    this.code = options.code;
    this.reached = options.reached;
    this.final = options.final ?? false;
  }
}
