import { canonicalId, type Ids } from './ids.ts';
import type { Schema } from './schema.ts';

/** Dates as `yyyy-MM-dd`, times as ISO 8601 in UTC with `Z`. */
export type Value = string | number | boolean | null;
export type Row = Record<string, Value>;

/** Which job and batch wrote a row; REST writes have neither. */
export type Write = { readonly jobId: string | null; readonly batchId: string | null };

/** All rows of one object, in memory, in the order they were inserted. */
export class Table {
  public readonly schema: Schema;
  private readonly ids: Ids;
  private readonly now: () => Date;
  private readonly blank: Row;
  private readonly rows = new Map<string, Row>();
  private readonly gone = new Set<string>();
  /** The rows by the values of each unique field, which differ in more than case. */
  private readonly unique = new Map<string, Map<string, Row>>();
  private readonly written = new Map<string, Write[]>();

  public constructor(schema: Schema, ids: Ids, now: () => Date) {
    this.schema = schema;
    this.ids = ids;
    this.now = now;
    for (const { name, unique } of schema.fields) if (unique) this.unique.set(name, new Map());
    this.blank = Object.fromEntries(schema.fields.map(({ name, type }) => [name, type === 'boolean' ? false : null]));
  }

  /** Puts rows in without any check but the field names; gives their 18-character ids. */
  public insert(rows: readonly Readonly<Record<string, Value | undefined>>[]): string[] {
    const stamp = this.now().toISOString();
    return rows.map((values) => {
      const row: Row = { ...this.blank };
      const id = typeof values['Id'] === 'string' ? values['Id'] : this.ids.next(this.schema.keyPrefix);
      Object.assign(row, { Id: id, CreatedDate: stamp, LastModifiedDate: stamp, SystemModstamp: stamp });
      this.assign(row, values);
      row['Id'] = id;
      this.rows.set(id, row);
      this.index(row);
      return id;
    });
  }

  /** The row of a 15- or 18-character id; a copy is not made. */
  public get(id: string): Row | undefined {
    const found = this.rows.get(id);
    if (found) return found;
    const canonical = canonicalId(id);
    return canonical === undefined ? undefined : this.rows.get(canonical);
  }

  /** The row with this value of a unique field. */
  public find(field: string, value: string): Row | undefined {
    const row = this.unique.get(field)?.get(value.toLowerCase());
    const holds = String(row?.[field] ?? '').toLowerCase() === value.toLowerCase();
    return row && holds && this.rows.has(String(row['Id'])) ? row : undefined;
  }

  public all(): Row[] {
    return [...this.rows.values()];
  }

  public get size(): number {
    return this.rows.size;
  }

  /** Changes a row as another user does: no check, no entry in `writes`. */
  public update(id: string, values: Readonly<Record<string, Value>>): void {
    const row = this.get(id);
    if (!row) throw new Error(`${this.schema.name} has no row ${id}`);
    const stamp = this.now().toISOString();
    this.assign(row, { LastModifiedDate: stamp, SystemModstamp: stamp, ...values });
    this.index(row);
  }

  /** Changes how many digits a number field has room for, as an administrator does; what rows hold stays. */
  public resize(field: string, precision: number): void {
    const spec = this.schema.field(field);
    if (spec?.type !== 'double') throw new Error(`${this.schema.name} has no number ${field}`);
    Object.assign(spec, { precision });
  }

  /** Moves a row to the recycle bin: from then on it answers ENTITY_IS_DELETED. */
  public delete(id: string): void {
    const canonical = canonicalId(id);
    if (canonical === undefined || !this.rows.delete(canonical))
      throw new Error(`${this.schema.name} has no row ${id}`);
    this.gone.add(canonical);
  }

  public wasDeleted(id: string): boolean {
    return this.gone.has(id);
  }

  /** Commits values that were checked, and remembers who wrote them. */
  public commit(row: Row, values: ReadonlyMap<string, Value>, write: Write, stamp: string): void {
    for (const [name, value] of values) row[name] = value;
    this.index(row);
    row['LastModifiedDate'] = stamp;
    row['SystemModstamp'] = stamp;
    this.noteWrite(String(row['Id']), write);
  }

  /** Remembers who wrote a row, as a row is inserted too. */
  public noteWrite(id: string, write: Write): void {
    const writes = this.written.get(id);
    if (writes) writes.push(write);
    else this.written.set(id, [write]);
  }

  /** Undoes the last commit to a row, as a transaction that is rolled back does. */
  public takeBack(row: Row, before: Row): void {
    Object.assign(row, before);
    this.index(row);
    this.written.get(String(row['Id']))?.pop();
  }

  /** Every write through an API to this row, oldest first. */
  public writes(id: string): readonly Write[] {
    return this.written.get(canonicalId(id) ?? id) ?? [];
  }

  /** From here on `writes` tells only of what comes. */
  public forgetWrites(): void {
    this.written.clear();
  }

  private index(row: Row): void {
    for (const [field, rows] of this.unique) {
      const value = row[field];
      if (typeof value === 'string') rows.set(value.toLowerCase(), row);
    }
  }

  private assign(row: Row, values: Readonly<Record<string, Value | undefined>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (!(name in row)) throw new Error(`${this.schema.name} has no field ${name}`);
      if (value !== undefined) row[name] = value;
    }
  }
}
