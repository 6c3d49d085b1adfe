/** Time, in milliseconds since the epoch; `wait` rejects as soon as the signal aborts. */
export type Clock = { now(): number; wait(ms: number, signal: AbortSignal): Promise<void> };
