/** The access tokens a service has issued. */
export class Tokens {
  private readonly valid = new Set<string>();
  private issued = 0;

  public issue(): string {
    this.issued += 1;
    const token = `emulated-access-token-${this.issued}`;
    this.valid.add(token);
    return token;
  }

  public isValid(token: string): boolean {
    return this.valid.has(token);
  }

  /** Every token issued so far is refused from now on. */
  public expire(): void {
    this.valid.clear();
  }
}
