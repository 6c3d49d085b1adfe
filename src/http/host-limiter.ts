import type { wait } from './wait.ts';

/** At most `requests` starts in any `seconds`. */
export type Rate = { readonly requests: number; readonly seconds: number };

export type HostLimits = {
  /** Tasks running at the same time, over all queues. */
  readonly concurrency: number;
  readonly now: () => number;
  readonly wait: typeof wait;
};

/** The limits of one queue. The functions are called before each task, because limits may change. */
export type QueueLimits = {
  /** Tasks of this queue running at the same time. */
  readonly width: () => number;
  /** Epoch milliseconds before which the queue starts nothing. */
  readonly pausedUntil: () => number;
  /** The rate of the host. The slowest rate among its queues limits all of them together. */
  readonly rate?: Rate | undefined;
};

/** The queue of one service for a host, so that a slow or unavailable service doesn't block the others. */
export type HostQueue = {
  /** Runs `task` when the limits of queue and host allow it, in the order of the calls. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Rejects waiting and later tasks with `error`. Running tasks continue. */
  close(error: Error): void;
};

type Queue = { readonly limits: QueueLimits; readonly waiting: Entry[]; running: number; closed: Error | undefined };
type Entry = { readonly start: () => void; readonly refuse: (error: Error) => void };

/** Limits concurrency and rate per host, and honors pauses. */
export class HostLimiter {
  private readonly limits: HostLimits;
  private readonly queues: Queue[] = [];
  /** When the last `rate.requests` tasks started, oldest first. */
  private readonly starts: number[] = [];
  private running = 0;
  private pausedUntil = 0;
  private rate: Rate | undefined;
  private alarm: { readonly time: number; readonly off: AbortController } | undefined;

  public constructor(limits: HostLimits) {
    this.limits = limits;
  }

  /** Opens a queue. Queues take turns. */
  public queue(limits: QueueLimits): HostQueue {
    const queue: Queue = { limits, waiting: [], running: 0, closed: undefined };
    this.queues.push(queue);
    if (limits.rate && (!this.rate || perSecond(limits.rate) < perSecond(this.rate))) this.rate = limits.rate;
    return {
      run: (task) => this.run(queue, task),
      close: (error) => {
        queue.closed = error;
        for (const entry of queue.waiting.splice(0)) entry.refuse(error);
        this.pump();
      },
    };
  }

  /** Starts nothing before `time` (epoch milliseconds). Never shortens an earlier pause. */
  public pauseUntil(time: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, time);
  }

  private async run<T>(queue: Queue, task: () => Promise<T>): Promise<T> {
    if (queue.closed) throw queue.closed;
    await new Promise<void>((start, refuse) => {
      queue.waiting.push({ start, refuse });
      this.pump();
    });
    try {
      return await task();
    } finally {
      queue.running -= 1;
      this.running -= 1;
      this.pump();
    }
  }

  /** Starts every task that may start now, and sets a timer for the next one. */
  private pump(): void {
    const now = this.limits.now();
    for (let wakeAt = now; wakeAt <= now;) {
      wakeAt = this.freeAt();
      if (wakeAt <= now) wakeAt = this.startNext(now);
      if (wakeAt > now) this.setAlarm(wakeAt, now);
    }
  }

  /** When the host can take the next task; `Infinity` if that depends on a running task, or if none waits. */
  private freeAt(): number {
    if (this.running >= this.limits.concurrency || this.queues.every((queue) => queue.waiting.length === 0))
      return Infinity;
    const oldest = this.rate && this.starts.at(-this.rate.requests);
    return Math.max(this.pausedUntil, this.rate && oldest !== undefined ? oldest + this.rate.seconds * 1000 : 0);
  }

  /** Starts one task and returns `now`. If every queue must wait, returns the time until which they wait. */
  private startNext(now: number): number {
    let earliest = Infinity;
    for (const [index, queue] of this.queues.entries()) {
      if (queue.waiting.length === 0 || queue.running >= queue.limits.width()) continue;
      const pausedUntil = queue.limits.pausedUntil();
      if (pausedUntil <= now) return this.start(index, queue, now);
      earliest = Math.min(earliest, pausedUntil);
    }
    return earliest;
  }

  private start(index: number, queue: Queue, now: number): number {
    if (this.queues.length > 1) this.queues.push(...this.queues.splice(index, 1));
    if (this.rate) {
      this.starts.push(now);
      if (this.starts.length > this.rate.requests) this.starts.shift();
    }
    queue.running += 1;
    this.running += 1;
    queue.waiting.shift()?.start();
    return now;
  }

  /** Calls pump at `time`. An idle limiter has no timer, because one would keep the process alive. */
  private setAlarm(time: number, now: number): void {
    if (this.alarm?.time === time) return;
    this.alarm?.off.abort();
    this.alarm = time === Infinity ? undefined : { time, off: new AbortController() };
    if (this.alarm)
      this.limits.wait(time - now, this.alarm.off.signal).then(
        () => this.wake(),
        () => undefined,
      );
  }

  private wake(): void {
    this.alarm = undefined;
    this.pump();
  }
}

const perSecond = (rate: Rate): number => rate.requests / rate.seconds;
