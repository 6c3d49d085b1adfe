/** The access tokens a service has issued. */
export class Tokens {
  /** By token, the requests it is still good for. */
  private readonly valid = new Map<string, number>();
  private issued = 0;
  private uses = Infinity;

  public issue(): string {
    this.issued += 1;
    const token = `emulated-access-token-${this.issued}`;
    this.valid.set(token, this.uses);
    return token;
  }

  /** Takes one use of the token; false where it has none left or was never issued. */
  public use(token: string): boolean {
    const left = this.valid.get(token) ?? 0;
    this.valid.set(token, left - 1);
    return left > 0;
  }

  /** Refuses the tokens issued so far, and each one issued later after `uses` requests. */
  public expire(uses: number): void {
    this.valid.clear();
    this.uses = uses;
  }
}
