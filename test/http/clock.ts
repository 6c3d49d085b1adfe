/** A clock that moves only when all that is left to do is to wait: then it jumps to the next time somebody waits for. */
export class FakeClock {
  public time = Date.parse('2026-11-23T12:00:00Z');
  private readonly timers: { at: number; ring: () => void }[] = [];
  private idling = false;

  public readonly now = (): number => this.time;

  public readonly wait = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const timer = { at: this.time + Math.max(0, ms), ring: resolve };
      const stop = (): void => {
        this.timers.splice(this.timers.indexOf(timer), 1);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', stop, { once: true });
      timer.ring = () => (signal?.removeEventListener('abort', stop), resolve());
      this.timers.push(timer);
      this.idle();
    });
  };

  private idle(): void {
    if (this.idling) return;
    this.idling = true;
    // Twice round the event loop, so that whoever was woken has started what it does next.
    setImmediate(() => setImmediate(() => this.jump()));
  }

  private jump(): void {
    this.idling = false;
    const [next] = this.timers.sort((a, b) => a.at - b.at).splice(0, 1);
    if (!next) return;
    this.time = next.at;
    next.ring();
    if (this.timers.length > 0) this.idle();
  }
}
