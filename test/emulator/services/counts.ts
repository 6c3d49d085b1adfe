import { createHash } from 'node:crypto';

/** Faults that show in the numbers themselves. */
export type NumberFault = 'negative' | 'text' | 'no-number' | 'zeros';

/** What a service does with one URL instead of giving its number. Each service documents which of these it can. */
export type Oddity = 'missing' | 'null' | 'dash' | 'timeout' | 'respelled' | 'downvoted' | { readonly code: number };

/** What a service shows for a number; `undefined` leaves it out of a JSON object. */
export type Shown = number | string | undefined;

/** The numbers of one service, and what it was asked. */
export class Counts {
  public readonly asked: string[] = [];
  public fault: NumberFault | undefined;
  private readonly told = new Map<string, number>();
  private readonly odd = new Map<string, Oddity>();
  private readonly service: string;

  public constructor(service: string) {
    this.service = service;
  }

  public set(url: string, count: number): void {
    this.told.set(url, count);
  }

  public setOdd(url: string, oddity: Oddity | undefined): void {
    if (oddity === undefined) this.odd.delete(url);
    else this.odd.set(url, oddity);
  }

  /** The URLs a count was set for, in that order. */
  public urls(): string[] {
    return [...this.told.keys()];
  }

  /** The count of a healthy service: as it was set, otherwise 0 to 5000 by a hash of service and URL. */
  public count(url: string): number {
    return this.told.get(url) ?? hash(`${this.service} ${url}`) % 5001;
  }

  /** The count as the service shows it in its present state. */
  public shown(url: string): Shown {
    return this.ail(this.count(url));
  }

  /** A number as the service shows it in its present state. */
  public ail(number: number): Shown {
    switch (this.fault) {
      case 'negative':
        return -7;
      case 'text':
        return '1.2K';
      case 'no-number':
        return undefined;
      case 'zeros':
        return 0;
      case undefined:
        return number;
    }
  }

  public oddity(url: string): Oddity | undefined {
    return this.odd.get(url);
  }
}

/** A number from 0 to 2^32 - 1 that depends on nothing but `text`. */
export function hash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

/** `total` as `parts` integers whose sum it is, none negative. */
export function split(total: number, parts: number, seed: string): number[] {
  let left = total;
  const cut = Array.from({ length: parts - 1 }, (_, index) => {
    const part = hash(`${seed} ${index}`) % (Math.floor(left / 2) + 1);
    left -= part;
    return part;
  });
  return [...cut, left];
}
