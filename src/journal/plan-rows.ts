import type { PlanHeader } from '../model/plan.ts';
import { isFieldName } from '../model/api-name.ts';
import { isName, NAME_LENGTH } from '../model/names.ts';
import { hasChecksum, isRecordId } from '../model/record-id.ts';
import { DATE_TIME, isDateTime } from './shapes.ts';

/** A number of a record, and a count, as JSON. Numbers of at most 15 digits lose none. */
const NUMBER = '-?(?:0|[1-9]\\d{0,14})(?:\\.\\d{1,9})?';
const COUNT = '(?:0|[1-9]\\d{0,14})';
/** A text in JSON without escapes; and a name, which may have escaped quotes and backslashes. */
const TEXT = '"[^"\\\\\\x00-\\x1f]*"';
const NAME = `"(?:[^"\\\\\\x00-\\x1f]{1,${NAME_LENGTH}}|(?:[^"\\\\\\x00-\\x1f]|\\\\["\\\\]){1,${NAME_LENGTH}})"`;
/** What precedes the first change of a line, and the id in a change. */
const FIRST = '{"changes":[';
const BEFORE_ID = '{"id":"'.length;
const LONG_ID = 18;
const [COMMA, END] = [','.charCodeAt(0), ']'.charCodeAt(0)];

type Values = { readonly fields: string; readonly before: string; readonly after: string };

/**
 * Checks the rows of a plan. Each names a record and at least one field of the plan's mapping, with its value before, a
 * number or empty, and after, a count; for the stamp, both are dateTimes. In a plan that restores values, `after` may
 * be any value allowed as `before`.
 */
export class RowCheck {
  private readonly counts: ReadonlySet<string>;
  private readonly stamp: string | null;
  private readonly putsBack: boolean;
  /** The plan was recovered from a job, so no mapping names its fields. */
  private readonly rebuilt: boolean;
  private readonly pattern: RegExp;

  public constructor({ fields, stampField, urlField }: PlanHeader, reversed: boolean) {
    this.counts = new Set(Object.values(fields));
    this.stamp = stampField;
    this.rebuilt = urlField === '';
    this.putsBack = reversed || this.rebuilt;
    this.pattern = this.patternOfChange();
  }

  /**
   * Skips the changes at the beginning of a line if they are spelled as this plugin writes them, and adds their ids to
   * `ids`. This takes a fifth of the time of parsing them. Returns where the list ends, or -1 if something is spelled
   * differently, valid or not. Each character of `line` is a byte.
   */
  public pass(line: string, ids: string[]): number {
    const { pattern } = this;
    if (!line.startsWith(FIRST)) return -1;
    let at = FIRST.length;
    if (line.charCodeAt(at) === END) return at + 1;
    for (;;) {
      pattern.lastIndex = at;
      if (!pattern.test(line) || !hasChecksum(line, at + BEFORE_ID)) return -1;
      ids.push(line.slice(at + BEFORE_ID, at + BEFORE_ID + LONG_ID));
      at = pattern.lastIndex + 1;
      const next = line.charCodeAt(at - 1);
      if (next === END) return at;
      if (next !== COMMA) return -1;
    }
  }

  /**
   * The ids of rows. Throws a TypeError that says what is wrong with the first invalid row; `more` are keys allowed
   * besides those of a change.
   */
  public idsOf(rows: readonly unknown[], ...more: readonly string[]): string[] {
    return rows.map((row) => this.idOf(row, more));
  }

  private idOf(row: unknown, more: readonly string[]): string {
    if (!isObject(row)) throw new TypeError("a row isn't an object");
    const { id, url, fields } = row;
    if (typeof id !== 'string' || !isRecordId(id)) throw new TypeError(`${quote(id)} isn't a record ID`);
    if (typeof url !== 'string') throw new TypeError(`${id} has no URL`);
    for (const key of ['label', 'author'])
      if (!isName(row[key])) throw new TypeError(`the ${key} of ${id} isn't a valid name`);
    if (!isObject(fields)) throw new TypeError(`${id} has no fields`);
    const names = Object.keys(fields);
    if (names.length === 0) throw new TypeError(`no field of ${id} changes`);
    const stray = Object.keys(row).find((key) => !['id', 'url', 'label', 'author', 'fields', ...more].includes(key));
    if (stray !== undefined) throw new TypeError(`${id} has the key ${quote(stray)}`);
    for (const name of names) this.checkField(id, name, fields[name]);
    if (more.includes('doubtful')) checkDoubt(id, row, names);
    return id;
  }

  private checkField(id: string, name: string, change: unknown): void {
    const isStamp = name === this.stamp;
    if (!isStamp && !this.counts.has(name) && !(this.rebuilt && isFieldName(name))) {
      throw new TypeError(`${id} names ${quote(name)}, which isn't a field of the plan`);
    }
    if (!Array.isArray(change) || change.length !== 2) throw new TypeError(`${id} has no new value for ${name}`);
    const [before, after] = change as readonly unknown[];
    const isStored = (value: unknown): boolean =>
      value === null || (!isStamp && Number.isFinite(value)) || ((isStamp || this.rebuilt) && isDateTime(value));
    if (!isStored(before)) throw new TypeError(`${name} of ${id} can't have held ${quote(before)}`);
    const fits = this.putsBack ? isStored(after) : isStamp ? isDateTime(after) : isCount(after);
    if (!fits)
      throw new TypeError(`${quote(after)} isn't a valid ${isStamp ? 'dateTime' : 'count'} for ${name} of ${id}`);
  }

  /** A change as this plugin writes it, with its fields in any order. */
  private patternOfChange(): RegExp {
    const number = { before: `(?:null|${NUMBER})`, after: this.putsBack ? `(?:null|${NUMBER})` : COUNT };
    const time = {
      before: `(?:null|"${DATE_TIME}")`,
      after: this.putsBack ? `(?:null|"${DATE_TIME}")` : `"${DATE_TIME}"`,
    };
    const kinds: Values[] = [
      ...(this.counts.size > 0 ? [{ fields: [...this.counts].join('|'), ...number }] : []),
      ...(this.stamp === null ? [] : [{ fields: this.stamp, ...time }]),
    ];
    // The fields of a recovered plan are unknown here.
    if (kinds.length === 0) return /(?!)/y;
    const field = kinds.map(({ fields, before, after }) => `"(?:${fields})":\\[${before},${after}\\]`).join('|');
    const change = `\\{"id":"[0-9A-Za-z]{15}[A-Z0-5]{3}","url":${TEXT},(?:"label":${NAME},)?(?:"author":${NAME},)?"fields":\\{(?:${field})(?:,(?:${field}))*\\}\\}`;
    return new RegExp(change, 'y');
  }
}

/** Checks what a deferred change adds: which of its zeros are in doubt, and whether it has a trusted count. */
function checkDoubt(
  id: string,
  { doubtful, counted }: Readonly<Record<string, unknown>>,
  names: readonly string[],
): void {
  const isDoubt = Array.isArray(doubtful) && doubtful.every((name) => names.includes(name as string));
  if (!isDoubt || typeof counted !== 'boolean') throw new TypeError(`${id} has no reason for being deferred`);
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value from a file, in quotes and cut short. */
const quote = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);
