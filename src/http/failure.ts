/**
 * An HTTP request without a reply. `reached` is false if the request certainly never arrived (name not found,
 * connection refused, TLS refused), so that it can be sent again. If it is true, the outcome is unknown.
 */
export class HttpFailure extends Error {
  public override readonly name = 'HttpFailure';
  public readonly code: string;
  /** The cause, without the method and address that begin the message. */
  public readonly reason: string;
  public readonly reached: boolean;
  /**
   * A retry would fail in the same way: an untrusted certificate, a proxy that requires a password, a download that is
   * too large.
   */
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
