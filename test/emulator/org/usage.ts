/** What the org has used of its 24-hour allocations. */
export class Usage {
  public readonly apiMax: number;
  public readonly batchesMax: number;
  /** API requests, as the limits resource counts them. */
  public apiUsed = 0;
  public batchesUsed = 0;
  private readonly perApp: boolean;
  private told = 0;

  public constructor(apiMax: number, batchesMax: number, perApp: boolean) {
    this.apiMax = apiMax;
    this.batchesMax = batchesMax;
    this.perApp = perApp;
  }

  public count(): void {
    this.apiUsed += 1;
  }

  public setApiUsed(used: number): void {
    this.told += used - this.apiUsed;
    this.apiUsed = used;
  }

  /** Requests that really arrived, whatever `setApiUsed` said. */
  public get apiRequests(): number {
    return this.apiUsed - this.told;
  }

  /** Whether the request that was just counted is one too many. */
  public get apiExceeded(): boolean {
    return this.apiUsed > this.apiMax;
  }

  /** The `Sforce-Limit-Info` header (REST guide); with an allocation of its own for the connected app, where it has one. */
  public get limitInfo(): string {
    const usage = `api-usage=${this.apiUsed}/${this.apiMax}`;
    return this.perApp ? `${usage}; per-app-api-usage=17/250(appName=sample-connected-app)` : usage;
  }
}
