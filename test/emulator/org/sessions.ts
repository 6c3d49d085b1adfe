import { randomBytes } from 'node:crypto';

/** The refresh token that logs in until it is revoked. */
export const REFRESH_TOKEN = '5Aep861EmulatedRefreshTokenOfTheBylineEditor';

/** Who may talk to the org: the access tokens issued since the last expiry. */
export class Sessions {
  private readonly orgId: string;
  private readonly valid = new Set<string>();
  private current: string | undefined;
  private refreshRevoked = false;
  /** Counts down the requests of a kind until everything expires. */
  private readonly expiries: { kind: string; left: number }[] = [];

  public constructor(orgId: string) {
    this.orgId = orgId;
  }

  /** A new access token; those issued before stay valid. Shape: 15-character org id, `!`, word characters and dots. */
  public issue(): string {
    const token = `${this.orgId.slice(0, 15)}!AQ${randomBytes(36).toString('hex')}.${randomBytes(6).toString('hex')}`;
    this.valid.add(token);
    this.current = token;
    return token;
  }

  /** The newest valid token; issues one where there is none. */
  public token(): string {
    return this.current ?? this.issue();
  }

  public accepts(token: string | undefined): boolean {
    return token !== undefined && this.valid.has(token);
  }

  public acceptsRefresh(token: string | null): boolean {
    return token === REFRESH_TOKEN && !this.refreshRevoked;
  }

  /** Every token issued so far is invalid from now on. */
  public expire(): void {
    this.valid.clear();
    this.current = undefined;
  }

  public expireAfter(kind: string, nth: number): void {
    this.expiries.push({ kind, left: nth });
  }

  /** Told before each request is handled. */
  public arriving(kind: string): void {
    for (const expiry of this.expiries) {
      if (expiry.kind !== kind && expiry.kind !== '*') continue;
      expiry.left -= 1;
      if (expiry.left === 0) this.expire();
    }
  }

  public revoke(token: string): void {
    if (token === REFRESH_TOKEN) this.refreshRevoked = true;
    this.valid.delete(token);
    if (this.current === token) this.current = undefined;
  }
}
