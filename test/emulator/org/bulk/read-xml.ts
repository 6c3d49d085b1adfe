import type { FieldSpec, Schema } from '../data/schema.ts';
import { parseText } from '../data/values.ts';
import type { IncomingRow } from '../data/write-row.ts';
import { BatchError } from '../errors.ts';
import type { Settings } from '../options.ts';
import { scanXml, XmlError, type XmlAttribute } from '../xml/scan.ts';
import { XMLNS, XSI } from '../xml/write.ts';

/** A body read to its end: the rows up to the limit, and how many there were. */
export type ReadBody = { readonly rows: IncomingRow[]; readonly count: number };

/** Reads an `<sObjects>` document strictly; anything wrong with it fails the whole batch before a row is written. */
export function readXmlBatch(body: Buffer, schema: Schema, settings: Settings): ReadBody {
  const reader = new BatchReader(schema, settings);
  try {
    scanXml(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body), reader);
  } catch (cause) {
    if (cause instanceof XmlError) throw new BatchError('InvalidBatch', `Failed to parse XML. ${cause.message}`);
    if (cause instanceof TypeError) throw new BatchError('InvalidBatch', 'Failed to parse XML. Invalid UTF-8');
    throw cause;
  }
  return { rows: reader.rows, count: reader.count };
}

class BatchReader {
  public readonly rows: IncomingRow[] = [];
  public count = 0;
  private readonly schema: Schema;
  private readonly settings: Settings;
  private depth = 0;
  private row: IncomingRow | undefined;
  private characters = 0;
  private column = 0;
  private field: FieldSpec | undefined;
  private nil = false;
  private value = '';

  public constructor(schema: Schema, settings: Settings) {
    this.schema = schema;
    this.settings = settings;
  }

  public open(name: string, namespace: string, attributes: readonly XmlAttribute[]): void {
    if (namespace !== XMLNS)
      throw invalid(`Failed to parse XML. Found element {${namespace}}${name}, expected namespace ${XMLNS}`);
    this.depth += 1;
    if (this.depth === 1) this.openRoot(name);
    else if (this.depth === 2) this.openRow(name);
    else if (this.depth === 3) this.openField(name, attributes);
    else throw invalid(`Unable to find relationship: ${this.field?.name ?? name}`);
  }

  public text(text: string): void {
    if (this.depth === 3) this.value += text;
    else if (text.trim() !== '') throw invalid(`Failed to parse XML. Unexpected text '${text.trim().slice(0, 40)}'`);
  }

  public close(): void {
    if (this.depth === 3) this.closeField();
    if (this.depth === 2 && this.row && this.count <= this.settings.limits.recordsPerBatch) this.rows.push(this.row);
    this.depth -= 1;
  }

  private openRoot(name: string): void {
    if (name !== 'sObjects') throw invalid(`Failed to parse XML. Found root element ${name}, expected sObjects`);
  }

  private openRow(name: string): void {
    if (name !== 'sObject') throw invalid(`Failed to parse XML. Found element ${name}, expected sObject`);
    this.count += 1;
    this.row = { id: undefined, values: [], errors: [] };
    this.characters = 0;
    this.column = 0;
  }

  private openField(name: string, attributes: readonly XmlAttribute[]): void {
    this.field = this.schema.field(name);
    if (!this.field) {
      if (/__r$/i.test(name)) throw invalid(`Unable to find relationship: ${name}`);
      throw invalid(`Field name not found : ${name}`);
    }
    this.column += 1;
    if (this.column > this.settings.limits.fieldsPerRecord)
      throw invalid(`Exceeded number of fields per record : ${this.column}`);
    const nil = attributes.find((attribute) => attribute.name === 'nil' && attribute.namespace === XSI)?.value;
    this.nil = nil === 'true' || nil === '1';
    this.value = '';
  }

  /** A nil element clears the field; an empty one leaves it alone; white space is data (Bulk API guide). */
  private closeField(): void {
    const { row, field, value, settings } = this;
    if (!row || !field) return;
    this.characters += value.length;
    if (value.length > settings.limits.charactersPerField)
      throw invalid(`Exceeded max field size of ${settings.limits.charactersPerField}`);
    if (this.characters > settings.limits.charactersPerRecord)
      throw invalid(`Exceeded max record size of ${settings.limits.charactersPerRecord}`);
    if (field.type === 'id') {
      row.id = value.trim();
    } else if (this.nil) {
      row.values.push([field, null]);
    } else if (value !== '') {
      const parsed = parseText(field, value);
      if (parsed.ok) return void row.values.push([field, parsed.value]);
      const message = `Failed to deserialize field at col ${this.column}. Due to, ${parsed.reason}`;
      if (settings.wrongType === 'batch') throw invalid(message);
      row.errors.push({ statusCode: 'INVALID_FIELD', message, fields: [field.name] });
    }
  }
}

const invalid = (text: string): BatchError => new BatchError('InvalidBatch', text);
